/** Looks for what is wrong with a cluster and with what a client has been told of it. */
@NullMarked
package io.relaykv.shell.doctor;

import org.jspecify.annotations.NullMarked;
