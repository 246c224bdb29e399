/** What a cluster may write, so that all of its nodes can read it. */
@NullMarked
package io.relaykv.statemachine.levels;

import org.jspecify.annotations.NullMarked;
