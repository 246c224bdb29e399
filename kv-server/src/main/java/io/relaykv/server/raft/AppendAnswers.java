package io.relaykv.server.raft;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.jspecify.annotations.Nullable;

/**
 * Says in each answer to an append how far this node's log is the leader's and on disk, where Ratis
 * (3.3.0) says too little or too much (docs/adr/0018).
 *
 * <p>Too little: of a heartbeat it says nothing, although one that succeeds proves that the logs
 * agree up to the entry before it (Raft paper, section 5.3). If the answers to the last entries
 * were lost with their connection, the leader would learn only from the next entry that this node
 * has them, and {@link WriteBatcher} proposes none before those are committed: the cluster would
 * stand still. Too much: of entries that come a second time it answers at once, while those that
 * came first still wait for the disk. And of entries that it has taken in one term it answers with
 * success although it has voted in a higher one meanwhile, for somebody whose log may lack them.
 *
 * <p>Thread-safe.
 */
final class AppendAnswers {
  private volatile LongSupplier flushedIndex = () -> RaftLog.INVALID_LOG_INDEX;
  private volatile LongSupplier currentTerm = () -> 0;
  private volatile LongPredicate mayLeaveTerm = term -> true;

  /**
   * Called before the peer port opens.
   *
   * @param endOnDisk gives the index of the last log entry on disk, or that of a snapshot that has
   *     taken its place
   * @param term gives the term that this node is in
   * @param mayLeave whether it is deciding about a vote that may take it out of the given term
   */
  void attach(LongSupplier endOnDisk, LongSupplier term, LongPredicate mayLeave) {
    flushedIndex = endOnDisk;
    currentTerm = term;
    mayLeaveTerm = mayLeave;
  }

  /**
   * Begins a call.
   *
   * @param ratis gets the call with which to answer, and returns what its messages are for
   */
  <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call, Function<ServerCall<Q, P>, ServerCall.Listener<Q>> ratis) {
    // By call id: up to which entry the log is the leader's if the heartbeat succeeds.
    Map<Long, Long> agreed = new ConcurrentHashMap<>();
    ServerCall<Q, P> answering =
        new SimpleForwardingServerCall<>(call) {
          @Override
          @SuppressWarnings("unchecked")
          public void sendMessage(P message) {
            super.sendMessage(
                message instanceof AppendEntriesReplyProto reply
                    ? (P) completed(reply, agreed.remove(reply.getServerReply().getCallId()))
                    : message);
          }
        };
    return new SimpleForwardingServerCallListener<>(ratis.apply(answering)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof AppendEntriesRequestProto append
            && append.getEntriesCount() == 0
            && append.hasPreviousLog()) {
          agreed.put(append.getServerRequest().getCallId(), append.getPreviousLog().getIndex());
        }
        super.onMessage(message);
      }
    };
  }

  private AppendEntriesReplyProto completed(
      AppendEntriesReplyProto reply, @Nullable Long agreedByHeartbeat) {
    if (reply.getResult() != AppendResult.SUCCESS) {
      return reply;
    }
    // Asked when the entries are in the log: for whoever gets this node's vote from now on, they
    // count. One that is being decided about may have been compared with the log before.
    if (mayLeaveTerm.test(reply.getTerm())) {
      return matching(reply, RaftLog.INVALID_LOG_INDEX);
    }
    long term = currentTerm.getAsLong();
    if (term > reply.getTerm()) {
      return reply.toBuilder()
          .setResult(AppendResult.NOT_LEADER)
          .setTerm(term)
          .setMatchIndex(RaftLog.INVALID_LOG_INDEX)
          .build();
    }
    long agreed = agreedByHeartbeat == null ? reply.getMatchIndex() : agreedByHeartbeat;
    long onDisk = Math.min(agreed, flushedIndex.getAsLong());
    return matching(reply, onDisk);
  }

  private static AppendEntriesReplyProto matching(AppendEntriesReplyProto reply, long index) {
    return index == reply.getMatchIndex() ? reply : reply.toBuilder().setMatchIndex(index).build();
  }
}
