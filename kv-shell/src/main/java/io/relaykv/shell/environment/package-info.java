/** What is outside the shell: its process, the configuration files, and the way to a cluster. */
@NullMarked
package io.relaykv.shell.environment;

import org.jspecify.annotations.NullMarked;
