/** The commands for accounts and their API keys. */
@NullMarked
package io.relaykv.shell.command.account;

import org.jspecify.annotations.NullMarked;
