package io.relaykv.server.raft;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Cluster ids: made from the cluster's name, so that nodes need not agree on one before they first
 * meet.
 */
public final class ClusterIds {
  private ClusterIds() {}

  /** The id of the cluster of that name (a name-based UUID, RFC 4122, version 3). */
  public static UUID of(String clusterName) {
    return UUID.nameUUIDFromBytes(
        ("relaykv-cluster:" + clusterName).getBytes(StandardCharsets.UTF_8));
  }
}
