package io.relaykv.server.raft;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Lets the end of a snapshot in once every entry that came before it is on this node's disk.
 *
 * <p>With the snapshot installed, Ratis (3.3.0) forgets what still waits for the disk
 * (SegmentedRaftLogWorker.syncWithSnapshot), also that a file of the log is yet to be made: it then
 * fails to close that file, which ends the node. A disk that is slow for a while is enough, as it
 * is then that a follower falls behind the log.
 *
 * <p>Thread-safe. A call waits on the thread on which its message came.
 */
final class InstallGate {
  /** The leader has given up by then, and begins anew. */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final AtomicInteger appending = new AtomicInteger();
  private volatile RaftServer.@Nullable Division division;

  /** Called before the peer port opens. */
  void attach(RaftServer.Division ofThisNode) {
    division = ofThisNode;
  }

  /** Stands before Ratis in a call of another node. */
  <Q> ServerCall.Listener<Q> before(ServerCall<Q, ?> call, ServerCall.Listener<Q> ratis) {
    return new SimpleForwardingServerCallListener<>(ratis) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof AppendEntriesRequestProto) {
          appending.incrementAndGet();
          try {
            super.onMessage(message);
          } finally {
            appending.decrementAndGet();
          }
        } else if (!endsSnapshot(message) || isSettledInTime()) {
          super.onMessage(message);
        } else {
          call.close(
              Status.UNAVAILABLE.withDescription("what came before is not on the disk yet"),
              new Metadata());
          // For Ratis the stream has broken off.
          super.onCancel();
        }
      }
    };
  }

  private static boolean endsSnapshot(Object message) {
    return message instanceof InstallSnapshotRequestProto install
        && install.getSnapshotChunk().getDone();
  }

  private boolean isSettledInTime() {
    long begin = System.nanoTime();
    while (!isSettled()) {
      if (System.nanoTime() - begin > MOST_NANOS) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }

  private boolean isSettled() {
    RaftServer.Division known = division;
    if (known == null || appending.get() > 0) {
      return false;
    }
    RaftLog log = known.getRaftLog();
    TermIndex last = log.getLastEntryTermIndex();
    return last == null || log.getFlushIndex() >= last.getIndex();
  }
}
