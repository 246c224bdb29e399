/** What a node says of itself in its log, how it is written, and how much of it. */
@NullMarked
package io.relaykv.server.log;

import org.jspecify.annotations.NullMarked;
