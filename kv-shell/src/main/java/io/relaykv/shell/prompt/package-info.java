/** Many commands with connections that they share: the prompt on a terminal, and scripts. */
@NullMarked
package io.relaykv.shell.prompt;

import org.jspecify.annotations.NullMarked;
