package io.relaykv.server.raft;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the end of a snapshot in once all that came before it is on this node's disk and a snapshot
 * that was installed before is loaded, and nothing into the log meanwhile.
 *
 * <p>With the snapshot installed, Ratis (3.3.0) forgets what still waits for the disk
 * (SegmentedRaftLogWorker.syncWithSnapshot), also that a file of the log is yet to be made: it then
 * fails to close that file, which ends the node. A disk that is slow for a while is enough, as it
 * is then that a follower falls behind the log.
 *
 * <p>A snapshot that arrives while Ratis loads one before it is never loaded, as the end of the one
 * takes back what asks for the other (StateMachineUpdater.reload): this node would wait for entries
 * that it will never get. A follower that is far behind while much is written is enough.
 *
 * <p>Thread-safe. A call waits on the thread on which its message came; heartbeats do not wait.
 */
final class InstallGate {
  /**
   * Then it is let in although the log waits for the disk: a node that halts starts again and comes
   * level, while one that waits for ever does not. While the snapshot before is being loaded, it is
   * dropped instead. The leader gives up 2 s later, and begins anew.
   */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final Logger log = LoggerFactory.getLogger(InstallGate.class);

  /** Held by whoever changes the log: entries that come, or a snapshot that replaces them. */
  private final ReentrantLock changing = new ReentrantLock();

  private volatile RaftServer.@Nullable Division division;

  private volatile BooleanSupplier loading = () -> true;

  /**
   * Called before the peer port opens.
   *
   * @param stateIsBeingReplaced whether a snapshot has been installed and is not loaded yet
   */
  void attach(RaftServer.Division ofThisNode, BooleanSupplier stateIsBeingReplaced) {
    loading = stateIsBeingReplaced;
    division = ofThisNode;
  }

  /** Stands before Ratis in a call of another node. */
  <Q> ServerCall.Listener<Q> before(ServerCall<Q, ?> call, ServerCall.Listener<Q> ratis) {
    return new SimpleForwardingServerCallListener<>(ratis) {
      @Override
      public void onMessage(Q message) {
        boolean endsSnapshot = endsSnapshot(message);
        if (!endsSnapshot && !bringsEntries(message)) {
          super.onMessage(message);
          return;
        }
        changing.lock();
        try {
          if (!endsSnapshot || awaitSettled(call)) {
            super.onMessage(message);
          }
        } finally {
          changing.unlock();
        }
      }
    };
  }

  private static boolean bringsEntries(Object message) {
    return message instanceof AppendEntriesRequestProto append && append.getEntriesCount() > 0;
  }

  private static boolean endsSnapshot(Object message) {
    return message instanceof InstallSnapshotRequestProto install
        && install.getSnapshotChunk().getDone();
  }

  /**
   * False if the leader has given up meanwhile, as it may have begun anew, or if the snapshot
   * before is not loaded yet: the leader gives up soon, and then comes another.
   */
  private boolean awaitSettled(ServerCall<?, ?> call) {
    RaftServer.Division known = division;
    if (known == null) {
      return false;
    }
    long begin = System.nanoTime();
    while (loading.getAsBoolean() || !isSettled(known.getRaftLog())) {
      if (call.isCancelled()) {
        return false;
      }
      if (System.nanoTime() - begin > MOST_NANOS) {
        return !loading.getAsBoolean() && installAllTheSame();
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return !call.isCancelled();
  }

  private static boolean installAllTheSame() {
    log.warn("A snapshot is installed although the log before it is not on the disk yet");
    return true;
  }

  /**
   * Whether the log on the disk ends where the log in memory does. It ends behind that while
   * entries wait to be cut off. A log that is closed, as this node stops, never settles.
   */
  static boolean isSettled(RaftLog ofThisNode) {
    TermIndex last;
    try {
      last = ofThisNode.getLastEntryTermIndex();
    } catch (IllegalStateException e) {
      return false;
    }
    long end =
        Math.max(
            last == null ? RaftLog.INVALID_LOG_INDEX : last.getIndex(),
            ofThisNode.getSnapshotIndex());
    return ofThisNode.getFlushIndex() == end;
  }
}
