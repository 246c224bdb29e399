/**
 * What a node says of itself, and how it sees the cluster: gathered without asking anybody, and
 * told over HTTP and to the other nodes.
 */
@NullMarked
package io.relaykv.server.status;

import org.jspecify.annotations.NullMarked;
