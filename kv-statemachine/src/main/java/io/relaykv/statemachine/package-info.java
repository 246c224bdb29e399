/** What the replicated log does to the store, and how Ratis drives it. */
@NullMarked
package io.relaykv.statemachine;

import org.jspecify.annotations.NullMarked;
