package io.relaykv.server.raft;

import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/** A log of which only its ends are known. */
final class FakeRaftLog {
  private final @Nullable Long last;
  private final long snapshot;
  private final long flushed;

  private FakeRaftLog(@Nullable Long last, long snapshot, long flushed) {
    this.last = last;
    this.snapshot = snapshot;
    this.flushed = flushed;
  }

  /**
   * A log that ends at {@code last} in memory.
   *
   * @param last null if it has no entries
   */
  static RaftLog of(@Nullable Long last, long snapshot, long flushed) {
    return Partial.of(RaftLog.class, new FakeRaftLog(last, snapshot, flushed));
  }

  /** As Ratis' when the node stops. */
  static RaftLog closed() {
    return Partial.of(
        RaftLog.class,
        new Object() {
          @SuppressWarnings("unused") // Partial
          TermIndex getLastEntryTermIndex() {
            throw new IllegalStateException("CLOSED");
          }
        });
  }

  /** A division with that log. */
  static RaftServer.Division division(RaftLog log) {
    return Partial.of(
        RaftServer.Division.class,
        new Object() {
          @SuppressWarnings("unused") // Partial
          RaftLog getRaftLog() {
            return log;
          }
        });
  }

  @SuppressWarnings("unused") // Partial
  @Nullable TermIndex getLastEntryTermIndex() {
    return last == null ? null : TermIndex.valueOf(1, last);
  }

  @SuppressWarnings("unused") // Partial
  long getSnapshotIndex() {
    return snapshot;
  }

  @SuppressWarnings("unused") // Partial
  long getFlushIndex() {
    return flushed;
  }
}
