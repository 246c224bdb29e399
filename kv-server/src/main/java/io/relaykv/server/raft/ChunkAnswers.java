package io.relaykv.server.raft;

import java.util.function.Function;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * The answers to the chunks of a snapshot, each held back until the leader has sent what comes
 * next.
 *
 * <p>Ratis (3.3.0) notes that it waits for the answer to a chunk when the chunk is on its way
 * already (GrpcLogAppender.installSnapshot). An answer that is quicker, as one can be on a busy
 * machine, ends the transfer, and then this node gets neither heartbeats nor entries from that
 * leader until 12 s are over. Who sends the next chunk, or says that there is none, has made its
 * note. A leader sends as many as 8 chunks before it waits for an answer, so nobody waits for the
 * other.
 *
 * <p>Thread-safe.
 */
final class ChunkAnswers<Q, P> extends SimpleForwardingServerCall<Q, P> {
  private static final String INSTALL_SNAPSHOT = "installSnapshot";

  private @Nullable P held;

  private ChunkAnswers(ServerCall<Q, P> call) {
    super(call);
  }

  /**
   * Begins a call.
   *
   * @param ratis gets the call with which to answer, and returns what its messages are for
   */
  static <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call, Function<ServerCall<Q, P>, ServerCall.Listener<Q>> ratis) {
    if (!INSTALL_SNAPSHOT.equals(call.getMethodDescriptor().getBareMethodName())) {
      return ratis.apply(call);
    }
    ChunkAnswers<Q, P> answers = new ChunkAnswers<>(call);
    return new SimpleForwardingServerCallListener<>(ratis.apply(answers)) {
      @Override
      public void onMessage(Q message) {
        answers.release();
        super.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        answers.release();
        super.onHalfClose();
      }
    };
  }

  @Override
  public synchronized void sendMessage(P message) {
    release();
    held = message;
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    release();
    super.close(status, trailers);
  }

  private synchronized void release() {
    P answer = held;
    held = null;
    if (answer != null) {
      super.sendMessage(answer);
    }
  }
}
