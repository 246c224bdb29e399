/** The commands that look after a cluster: how it is, its members, its leader, its logs. */
@NullMarked
package io.relaykv.shell.command.cluster;

import org.jspecify.annotations.NullMarked;
