/** Loads a cluster with operations and measures how long they take; knows no command line. */
@NullMarked
package io.relaykv.shell.bench;

import org.jspecify.annotations.NullMarked;
