/** The commands that make, check and restore backups. */
@NullMarked
package io.relaykv.shell.command.backup;

import org.jspecify.annotations.NullMarked;
