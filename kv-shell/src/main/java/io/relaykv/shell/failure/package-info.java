/** How commands end: with an exit code, and with a message in one form if they fail. */
@NullMarked
package io.relaykv.shell.failure;

import org.jspecify.annotations.NullMarked;
