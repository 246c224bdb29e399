package io.relaykv.server.raft;

/**
 * What finalizing an upgrade comes to.
 *
 * @param was the cluster's feature level before
 * @param level the one after; the same if there was nothing to do
 */
public record LevelChange(int was, int level) {}
