/** What the node does about its disk: puts are refused before it is full. */
@NullMarked
package io.relaykv.server.disk;

import org.jspecify.annotations.NullMarked;
