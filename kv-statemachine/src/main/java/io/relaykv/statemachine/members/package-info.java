/** Which nodes have been members of the cluster. */
@NullMarked
package io.relaykv.statemachine.members;

import org.jspecify.annotations.NullMarked;
