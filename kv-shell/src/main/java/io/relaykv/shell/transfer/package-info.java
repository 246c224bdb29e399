/** The data of an account out of a cluster and into one, as lines of JSON. */
@NullMarked
package io.relaykv.shell.transfer;

import org.jspecify.annotations.NullMarked;
