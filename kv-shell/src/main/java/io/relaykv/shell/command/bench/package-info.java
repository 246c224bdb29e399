/**
 * The commands that measure a cluster, and how they show what {@link io.relaykv.shell.bench} has
 * measured.
 */
@NullMarked
package io.relaykv.shell.command.bench;

import org.jspecify.annotations.NullMarked;
