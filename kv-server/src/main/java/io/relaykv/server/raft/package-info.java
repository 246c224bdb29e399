/**
 * Raft: how Ratis is set up, how writes reach its log, and how a read knows that this node leads.
 */
@NullMarked
package io.relaykv.server.raft;

import org.jspecify.annotations.NullMarked;
