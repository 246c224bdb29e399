package io.relaykv.server.raft;

/**
 * A command needs a feature level that the cluster has not reached, as a node may not be able to
 * read it. Nothing was appended.
 */
public final class NotFinalizedException extends RuntimeException {
  NotFinalizedException(int needed, int reached) {
    super(
        "this needs feature level %d, and the cluster is at level %d: once all nodes run a version that supports level %d, run kv-shell cluster finalize-upgrade"
            .formatted(needed, reached, needed),
        null,
        false,
        false);
  }
}
