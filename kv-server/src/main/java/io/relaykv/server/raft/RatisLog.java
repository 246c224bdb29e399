package io.relaykv.server.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.statemachine.levels.FeatureLevels;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * Appends to Ratis' log in process, on the caller's thread: {@link
 * RaftServer#submitClientRequestAsync} would hop to a pool and back first.
 */
final class RatisLog implements CommandLog {
  private final RaftServer.Division division;
  private final RaftClientAsynchronousProtocol server;
  private final LeaderLease lease;
  private final IntSupplier featureLevel;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong callId = new AtomicLong();

  /**
   * @param featureLevel which the cluster has reached, as applied: whatever is appended stands
   *     behind the entry that has raised it
   */
  RatisLog(RaftServer.Division division, LeaderLease lease, IntSupplier featureLevel) {
    this.division = division;
    this.server = (RaftClientAsynchronousProtocol) division;
    this.lease = lease;
    this.featureLevel = featureLevel;
  }

  @Override
  public CompletableFuture<CommandResult> append(Command command) {
    if (!lease.leadsAsFarAsKnown()) {
      // Asked before Ratis is: its own NotLeaderException also ends entries that are in the log
      // already.
      return CompletableFuture.failedFuture(new NotLeadingException("this node does not lead"));
    }
    int reached = featureLevel.getAsInt();
    if (FeatureLevels.of(command) > reached) {
      return CompletableFuture.failedFuture(
          new NotFinalizedException(FeatureLevels.of(command), reached));
    }
    try {
      return server.submitClientRequestAsync(request(command)).thenApply(RatisLog::result);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private RaftClientRequest request(Command command) {
    return RaftClientRequest.newBuilder()
        .setClientId(clientId)
        .setServerId(division.getId())
        .setGroupId(division.getMemberId().getGroupId())
        .setCallId(callId.incrementAndGet())
        .setMessage(
            Message.valueOf(
                UnsafeByteOperations.unsafeWrap(command.toByteArray()), () -> "a RelayKV command"))
        .setType(RaftClientRequest.writeRequestType())
        .build();
  }

  static CommandResult result(RaftClientReply reply) {
    throwIfFailed(reply);
    try {
      return CommandResult.parseFrom(reply.getMessage().getContent().asReadOnlyByteBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new CompletionException(e);
    }
  }

  static void throwIfFailed(RaftClientReply reply) {
    RaftException refusal = reply.getException();
    if (refusal instanceof LeaderSteppingDownException
        || refusal instanceof LeaderNotReadyException) {
      // Both are given before anything is appended, and never to what has been
      // (RaftServerImpl.checkLeaderState).
      throw new NotAppendedException("the leader is just beginning, or is handing over");
    }
    if (!reply.isSuccess()) {
      throw new CompletionException(refusal);
    }
  }
}
