package io.relaykv.server.api;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.server.raft.PendingWrite;
import io.relaykv.server.raft.WriteBatcher;
import io.relaykv.server.raft.WriteOutcome;
import io.relaykv.server.raft.WriteSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One client's stream: takes its frames apart and sends what comes of the requests.
 *
 * <p>Frames arrive on the network thread, one at a time: another one is asked for only when the
 * writer and the reads of this stream have room and the client takes its responses, so that a
 * client cannot make this node hold more than one frame beyond its limits.
 */
final class KvStream implements StreamObserver<ClientFrame>, WriteSource {
  private final Account account;
  private final ServerCallStreamObserver<ServerFrame> out;
  private final WriteBatcher writes;
  private final ReadQueue reads;
  private final ReplyQueue replies;
  private final Consumer<KvStream> onEnd;

  /** Set by the first frame, which is handled before any other. */
  private volatile ByteString sessionId = ByteString.EMPTY;

  private volatile long lowestUnanswered;

  /** There is room for another frame; it is asked for when the client takes responses too. */
  private final AtomicBoolean wantsFrame = new AtomicBoolean();

  /**
   * @param onEnd told when the stream is over, perhaps twice
   */
  KvStream(
      Account account,
      ServerCallStreamObserver<ServerFrame> out,
      WriteBatcher writes,
      ReadQueue reads,
      ReplyQueue replies,
      Consumer<KvStream> onEnd) {
    this.account = account;
    this.out = out;
    this.writes = writes;
    this.reads = reads;
    this.replies = replies;
    this.onEnd = onEnd;
  }

  @Override
  public void onNext(ClientFrame frame) {
    if (sessionId.isEmpty()) {
      if (frame.getSessionId().size() != Limits.SESSION_ID_BYTES) {
        end(
            Status.INVALID_ARGUMENT.withDescription(
                "the first frame's session_id has %d bytes; it must have %d"
                    .formatted(frame.getSessionId().size(), Limits.SESSION_ID_BYTES)));
        return;
      }
      sessionId = frame.getSessionId();
    }
    lowestUnanswered = Math.max(lowestUnanswered, frame.getLowestUnanswered());
    if (frame.getRequestsCount() == 0) {
      replies.sendWithLeader(List.of());
    } else {
      handle(frame.getRequestsList());
    }
    askForMore();
  }

  private void handle(List<Request> requests) {
    List<PendingWrite> accepted = new ArrayList<>();
    List<Request> gets = new ArrayList<>();
    List<Response> refused = new ArrayList<>();
    for (Request request : requests) {
      try {
        switch (request.getOpCase()) {
          case PUT, DELETE -> {
            Write write = Requests.checkedWrite(request);
            accepted.add(new PendingWrite(this, request.getId(), write));
          }
          case GET, KEYS -> {
            Requests.checkRead(request);
            gets.add(request);
          }
          case OP_NOT_SET ->
              throw new IllegalArgumentException(
                  "the request holds no operation that this node knows");
        }
      } catch (IllegalArgumentException e) {
        refused.add(
            Responses.failure(
                request.getId(), Failure.Code.INVALID, String.valueOf(e.getMessage())));
      }
    }
    if (!refused.isEmpty()) {
      replies.send(refused);
    }
    if (!accepted.isEmpty()) {
      writes.submit(accepted);
    }
    if (!gets.isEmpty()) {
      reads.add(gets);
    }
  }

  /** Asks for the next frame now, or once there is room for it. */
  private void askForMore() {
    if (!writes.isFull(this::askForMore) && !reads.isFull(this::askForMore)) {
      wantsFrame.set(true);
      askIfReady();
    }
  }

  private void askIfReady() {
    if (out.isReady() && wantsFrame.compareAndSet(true, false)) {
      out.request(1);
    }
  }

  /** The client takes responses again. */
  void onReady() {
    reads.resume();
    askIfReady();
  }

  private void end(Status status) {
    onEnd.accept(this);
    replies.end(status);
  }

  @Override
  public void onError(Throwable cause) {
    onEnd.accept(this);
  }

  @Override
  public void onCompleted() {
    end(Status.OK);
  }

  /** Tells the client who leads. */
  void tellLeader() {
    replies.sendWithLeader(List.of());
  }

  @Override
  public ByteString sessionId() {
    return sessionId;
  }

  @Override
  public long accountId() {
    return account.id();
  }

  @Override
  public long apiKeyId() {
    return account.apiKeyId();
  }

  @Override
  public long lowestUnanswered() {
    return lowestUnanswered;
  }

  @Override
  public void completed(List<PendingWrite> completed, List<WriteOutcome> outcomes) {
    List<Response> responses = new ArrayList<>(completed.size());
    boolean lost = false;
    for (int i = 0; i < completed.size(); i++) {
      responses.add(Responses.written(completed.get(i).requestId(), outcomes.get(i)));
      lost |= outcomes.get(i) instanceof WriteOutcome.NotLeading;
    }
    if (lost) {
      replies.sendWithLeader(responses);
    } else {
      replies.send(responses);
    }
  }
}
