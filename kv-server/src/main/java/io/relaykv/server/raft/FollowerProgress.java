package io.relaykv.server.raft;

import java.time.Duration;

/**
 * A follower as its leader sees it.
 *
 * @param nodeId its name
 * @param matchIndex the last log entry known to be on its disk
 * @param silent since it was last heard from
 */
public record FollowerProgress(String nodeId, long matchIndex, Duration silent) {}
