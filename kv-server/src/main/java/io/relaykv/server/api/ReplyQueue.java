package io.relaykv.server.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes back to one client. Threads add responses; whoever finds nobody sending makes frames of
 * all that has gathered, so that a busy stream sends few large frames. Thread-safe.
 */
final class ReplyQueue {
  private static final Logger log = LoggerFactory.getLogger(ReplyQueue.class);

  /** A frame is sent when it holds so much; a single response may be larger. */
  private static final int FRAME_BYTES = 1 << 20;

  private final ServerCallStreamObserver<ServerFrame> out;
  private final Supplier<Leader> leader;
  private final AtomicInteger unsentRounds = new AtomicInteger();

  /** Guarded by itself. */
  private final Queue<Response> unsent = new ArrayDeque<>();

  /** Guarded by {@link #unsent}. */
  private boolean leaderWanted;

  /** Guarded by {@link #unsent}. */
  private @Nullable Status end;

  /** Guarded by {@link #unsent}. */
  private boolean ended;

  ReplyQueue(ServerCallStreamObserver<ServerFrame> out, Supplier<Leader> leader) {
    this.out = out;
    this.leader = leader;
  }

  /** Sends these responses soon. */
  void send(Iterable<Response> responses) {
    synchronized (unsent) {
      keep(responses);
    }
    drain();
  }

  /** What comes after the end has nowhere to go. */
  private void keep(Iterable<Response> responses) {
    if (!ended) {
      responses.forEach(unsent::add);
    }
  }

  /** Sends these responses soon, with the leader as this node knows it. */
  void sendWithLeader(Iterable<Response> responses) {
    synchronized (unsent) {
      keep(responses);
      leaderWanted = true;
    }
    drain();
  }

  /** Ends the stream behind everything added before. */
  void end(Status status) {
    synchronized (unsent) {
      end = status;
    }
    drain();
  }

  private void drain() {
    if (unsentRounds.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        sendAll();
      } catch (RuntimeException e) {
        giveUp(e);
      }
      seen = unsentRounds.addAndGet(-seen);
    } while (seen != 0);
  }

  /** The client cannot be answered: it shall notice, and not wait. */
  private void giveUp(RuntimeException cause) {
    log.error("A client's stream is ended, as it cannot be answered", cause);
    synchronized (unsent) {
      if (ended) {
        return;
      }
      ended = true;
      unsent.clear();
    }
    out.onError(Status.INTERNAL.withDescription("the server has failed").asRuntimeException());
  }

  private void sendAll() {
    while (true) {
      ServerFrame.Builder frame = ServerFrame.newBuilder();
      boolean withLeader;
      synchronized (unsent) {
        if (ended) {
          return;
        }
        if (unsent.isEmpty() && !leaderWanted) {
          break;
        }
        withLeader = leaderWanted;
        leaderWanted = false;
        int bytes = 0;
        for (Response next = unsent.peek(); next != null; next = unsent.peek()) {
          bytes += next.getSerializedSize();
          if (frame.getResponsesCount() > 0 && bytes > FRAME_BYTES) {
            break;
          }
          frame.addResponses(next);
          unsent.remove();
        }
      }
      if (withLeader) {
        frame.setLeader(leader.get());
      }
      // gRPC would drop it too, unless the threads of the connection have ended.
      if (!out.isCancelled()) {
        out.onNext(frame.build());
      }
    }
    endIfAsked();
  }

  private void endIfAsked() {
    Status status;
    synchronized (unsent) {
      if (end == null || !unsent.isEmpty()) {
        return;
      }
      ended = true;
      status = end;
    }
    if (status.isOk()) {
      out.onCompleted();
    } else {
      out.onError(status.asRuntimeException());
    }
  }
}
