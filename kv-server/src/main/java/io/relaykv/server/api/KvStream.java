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
import io.relaykv.server.access.Grant;
import io.relaykv.server.access.Refusals;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.server.raft.PendingWrite;
import io.relaykv.server.raft.WriteBatcher;
import io.relaykv.server.raft.WriteOutcome;
import io.relaykv.server.raft.WriteSource;
import io.relaykv.statemachine.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One client's stream: takes its frames apart and sends what comes of the requests.
 *
 * <p>Frames arrive on the network thread, one at a time: another one is asked for only when the
 * writer and the reads of this stream have room and the client takes its responses, so that a
 * client cannot make this node hold more than one frame beyond its limits.
 */
final class KvStream implements StreamObserver<ClientFrame>, WriteSource {
  private final StreamAccess access;
  private final ServerCallStreamObserver<ServerFrame> out;
  private final DiskGuard disk;
  private final WriteBatcher writes;
  private final ReadQueue reads;
  private final ReplyQueue replies;
  private final OperationMetrics metrics;
  private final Consumer<KvStream> onEnd;

  /** Set by the first frame, which is handled before any other. */
  private volatile ByteString sessionId = ByteString.EMPTY;

  private volatile long lowestUnanswered;

  /** The client has been told whom it has met; nothing else is sent before. */
  private volatile boolean welcomed;

  /** There is room for another frame; it is asked for when the client takes responses too. */
  private final AtomicBoolean wantsFrame = new AtomicBoolean();

  /**
   * @param onEnd told when the stream is over, perhaps twice
   */
  KvStream(
      StreamAccess access,
      ServerCallStreamObserver<ServerFrame> out,
      DiskGuard disk,
      WriteBatcher writes,
      ReadQueue reads,
      ReplyQueue replies,
      OperationMetrics metrics,
      Consumer<KvStream> onEnd) {
    this.access = access;
    this.out = out;
    this.disk = disk;
    this.writes = writes;
    this.reads = reads;
    this.replies = replies;
    this.metrics = metrics;
    this.onEnd = onEnd;
  }

  /**
   * Welcomes the client and asks for its first frame if its key is valid, and ends the stream
   * otherwise: of a stranger nothing is read, and so nothing is held. As it is not welcomed, it has
   * sent no request either, and knows that none took effect.
   *
   * @param greeting not used yet
   * @param barrier as for a read: this node may not know of the latest keys
   * @param executor where it is decided when that had to be asked for
   */
  void begin(Greeting greeting, Supplier<CompletableFuture<Void>> barrier, Executor executor) {
    if (grantAsFarAsKnown().isPresent()) {
      welcome(greeting);
      return;
    }
    barrier
        .get()
        .whenCompleteAsync((passed, failure) -> decide(greeting, failure == null), executor);
  }

  private void welcome(Greeting greeting) {
    greeting.welcome();
    welcomed = true;
    out.request(1);
  }

  private void decide(Greeting greeting, boolean upToDate) {
    boolean valid;
    try {
      valid = access.grant().isPresent();
    } catch (StoreUnavailableException e) {
      upToDate = false;
      valid = false;
    }
    if (!upToDate) {
      greeting.sendOn();
      end(Status.UNAVAILABLE.withDescription("this node cannot tell who you are"));
    } else if (valid) {
      welcome(greeting);
    } else {
      access.refuseStream(
          () -> end(Status.UNAUTHENTICATED.withDescription(Refusals.KEY_NOT_VALID)));
    }
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
    if (frame.getRequestsCount() > Limits.MAX_FRAME_REQUESTS) {
      // In two MiB there is room for so many that taking them apart would hold up other clients.
      end(
          Status.INVALID_ARGUMENT.withDescription(
              "a frame has %d requests; the limit is %d"
                  .formatted(frame.getRequestsCount(), Limits.MAX_FRAME_REQUESTS)));
      return;
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
    Optional<Grant> now = grantAsFarAsKnown();
    List<PendingWrite> accepted = new ArrayList<>();
    // Reads, and what the key does not allow or the disk has no room for, as far as this node
    // knows: that too is told only behind a barrier, as this node may not know of the latest keys,
    // and another one may lead.
    List<Request> behindBarrier = new ArrayList<>();
    List<Response> refused = new ArrayList<>();
    long arrivedNanos = metrics.now();
    OperationMetrics.Run counted = metrics.run();
    for (Request request : requests) {
      boolean write = request.hasPut() || request.hasDelete();
      if (!write || now.isEmpty() || !StreamAccess.allows(now.get(), request)) {
        behindBarrier.add(withoutValue(request));
        continue;
      }
      try {
        Write checked = Requests.checkedWrite(request);
        if (checked.hasPut() && disk.refusal().isPresent()) {
          behindBarrier.add(withoutValue(request));
        } else {
          accepted.add(new PendingWrite(this, request.getId(), checked, arrivedNanos));
        }
      } catch (IllegalArgumentException e) {
        Response response =
            Responses.failure(
                request.getId(), Failure.Code.INVALID, String.valueOf(e.getMessage()));
        refused.add(response);
        counted.add(OperationMetrics.Kind.of(request), response, arrivedNanos);
      }
    }
    counted.end();
    if (!refused.isEmpty()) {
      replies.send(refused);
    }
    if (!accepted.isEmpty()) {
      writes.submit(accepted);
    }
    if (!behindBarrier.isEmpty()) {
      reads.add(behindBarrier);
    }
  }

  /** What waits to be refused is bounded in number only: nobody needs its value. */
  private static Request withoutValue(Request request) {
    return request.hasPut()
        ? request.toBuilder().setPut(request.getPut().toBuilder().clearValue()).build()
        : request;
  }

  private Optional<Grant> grantAsFarAsKnown() {
    try {
      return access.grant();
    } catch (StoreUnavailableException e) {
      // The reader, behind the barrier, says so.
      return Optional.empty();
    }
  }

  /** Asks for the next frame now, or once there is room for it. */
  private void askForMore() {
    if (!access.isHeldUp(this::askForMore)
        && !writes.isFull(access.accountId(), this::askForMore)
        && !reads.isFull(this::askForMore)) {
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
    if (welcomed) {
      replies.sendWithLeader(List.of());
    }
  }

  @Override
  public ByteString sessionId() {
    return sessionId;
  }

  @Override
  public long accountId() {
    return access.accountId();
  }

  @Override
  public long apiKeyId() {
    return access.apiKeyId();
  }

  @Override
  public long lowestUnanswered() {
    return lowestUnanswered;
  }

  @Override
  public void completed(List<PendingWrite> completed, List<WriteOutcome> outcomes) {
    List<Response> responses = new ArrayList<>(completed.size());
    boolean lost = false;
    OperationMetrics.Run counted = metrics.run();
    for (int i = 0; i < completed.size(); i++) {
      PendingWrite write = completed.get(i);
      Response response = Responses.written(write.requestId(), outcomes.get(i), access::use);
      responses.add(response);
      counted.add(
          write.write().hasPut() ? OperationMetrics.Kind.PUT : OperationMetrics.Kind.DELETE,
          response,
          write.arrivedNanos());
      lost |= outcomes.get(i) instanceof WriteOutcome.NotLeading;
      if (outcomes.get(i) instanceof WriteOutcome.NotAllowed) {
        access.notValidAnyMore(write.write().getKey());
      }
    }
    counted.end();
    if (lost) {
      replies.sendWithLeader(responses);
    } else {
      replies.send(responses);
    }
  }
}
