package io.relaykv.client;

import java.time.Duration;

/**
 * A member of a cluster as its leader sees it.
 *
 * @param name its name
 * @param clientAddress where it serves clients, {@code host:port}
 * @param peerAddress where it serves the other nodes, {@code host:port}
 * @param leads whether it is the leader
 * @param lag how many log entries the leader has that are not known to be on its disk
 * @param silent since the leader last heard from it; zero for the leader
 */
public record ClusterMember(
    String name,
    String clientAddress,
    String peerAddress,
    boolean leads,
    long lag,
    Duration silent) {}
