/** All that applications have in a store, out of it and into an empty one. */
@NullMarked
package io.relaykv.statemachine.backup;

import org.jspecify.annotations.NullMarked;
