package io.relaykv.tests.fault;

import io.relaykv.server.raft.LeaderLease;
import io.relaykv.server.raft.RaftSeams;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys.Read;

/**
 * Puts a known bug back: reads pass Ratis' own LINEARIZABLE option in the place of our barrier, as
 * they would if we had trusted it (docs/adr/0002).
 */
public final class RatisReads {
  private static final ClientId CLIENT = ClientId.randomId();
  private static final AtomicLong CALLS = new AtomicLong();

  static final RaftSeams INSTEAD_OF_THE_LEASE =
      new RaftSeams(
          RaftSeams.NONE.peerPort(),
          properties -> Read.setOption(properties, Read.Option.LINEARIZABLE),
          RatisReads::barrier);

  private RatisReads() {}

  private static Supplier<CompletableFuture<Void>> barrier(
      RaftServer.Division division, LeaderLease lease) {
    // A node that does not lead is to say so, as ours does.
    return () -> lease.leadsAsFarAsKnown() ? read(division) : lease.barrier();
  }

  /**
   * Completes once Ratis thinks that a read is safe: it then asks the state machine, which serves
   * nothing there.
   */
  public static CompletableFuture<Void> read(RaftServer.Division division) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(CLIENT)
            .setServerId(division.getId())
            .setGroupId(division.getMemberId().getGroupId())
            .setCallId(CALLS.incrementAndGet())
            .setMessage(Message.valueOf("a read"))
            .setType(RaftClientRequest.readRequestType())
            .build();
    try {
      return ((RaftClientAsynchronousProtocol) division)
          .submitClientRequestAsync(request)
          .handle((reply, failure) -> failure == null ? reply.getException() : failure)
          .thenCompose(
              failure ->
                  hasReachedTheStateMachine(failure)
                      ? CompletableFuture.<Void>completedFuture(null)
                      : CompletableFuture.failedFuture(failure));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static boolean hasReachedTheStateMachine(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnsupportedOperationException) {
        return true;
      }
    }
    return false;
  }
}
