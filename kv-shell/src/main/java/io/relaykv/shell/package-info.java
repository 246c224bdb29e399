/**
 * The command line for people and scripts: {@link io.relaykv.shell.KvShellMain}, and {@link
 * io.relaykv.shell.KvShell}, which puts the commands together.
 */
@NullMarked
package io.relaykv.shell;

import org.jspecify.annotations.NullMarked;
