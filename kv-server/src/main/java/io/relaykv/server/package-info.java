/** A node: its start, its stop, and what owns what. */
@NullMarked
package io.relaykv.server;

import org.jspecify.annotations.NullMarked;
