package io.relaykv.server.raft;

/**
 * How far a node is that is being added.
 *
 * @param answers whether it has answered, lately
 * @param entriesToGo how many log entries it lacks, as far as it has said
 */
public record JoinProgress(boolean answers, long entriesToGo) {}
