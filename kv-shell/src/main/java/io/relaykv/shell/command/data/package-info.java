/** The commands that read and write data. */
@NullMarked
package io.relaykv.shell.command.data;

import org.jspecify.annotations.NullMarked;
