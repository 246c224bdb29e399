/** The node's disk: what is checked before a start, and puts refused before it is full. */
@NullMarked
package io.relaykv.server.disk;

import org.jspecify.annotations.NullMarked;
