/** Sessions: what makes a write that was sent twice take effect once. */
@NullMarked
package io.relaykv.statemachine.sessions;

import org.jspecify.annotations.NullMarked;
