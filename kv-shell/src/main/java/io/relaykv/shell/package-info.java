/** The command line for people and scripts: {@link io.relaykv.shell.KvShellMain}. */
@NullMarked
package io.relaykv.shell;

import org.jspecify.annotations.NullMarked;
