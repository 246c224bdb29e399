package io.relaykv.server.raft;

/**
 * A member of the cluster as the replicated configuration has it.
 *
 * @param nodeId its name
 * @param clientAddress where it serves clients, host:port
 * @param peerAddress where it serves the other nodes, host:port
 */
public record Member(String nodeId, String clientAddress, String peerAddress) {}
