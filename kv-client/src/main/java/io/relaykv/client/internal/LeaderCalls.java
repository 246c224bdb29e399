package io.relaykv.client.internal;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvException;
import io.relaykv.client.NodeAddress;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Single calls to whichever node leads. A call is made again only if it was certainly not carried
 * out. Waits on the caller's thread. Thread-safe.
 */
final class LeaderCalls {
  private static final Metadata.Key<String> LEADER =
      Metadata.Key.of("relaykv-leader", Metadata.ASCII_STRING_MARSHALLER);

  /** Stands in the trailers of every answer that is a node's own, and not made up by gRPC. */
  private static final Metadata.Key<String> NODE =
      Metadata.Key.of("relaykv-node", Metadata.ASCII_STRING_MARSHALLER);

  /** A list of as many API keys as there may be. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  /** A node that cannot be talked to within so long is left for the next one. */
  private static final long CONNECT_MS = 2000;

  /**
   * With less time left none is made again: cut short by the deadline it would tell nothing, and
   * nobody would know any more that nothing was changed.
   */
  private static final long LEAST_TRY_MS = 100;

  private static final Status CLOSED = Status.CANCELLED.withDescription("the client is closed");

  private final Channels channels;
  private final EventLoop loop;
  private final KnownNodes known;
  private final Duration timeout;
  private final RandomGenerator random;

  /** Confined to the event loop, as is {@link #closed}. */
  private final Set<ClientCall<?, ?>> underWay = new HashSet<>();

  private boolean closed;

  LeaderCalls(
      EventLoop loop,
      Channels channels,
      KnownNodes known,
      Duration timeout,
      RandomGenerator random) {
    this.loop = loop;
    this.channels = channels;
    this.known = known;
    this.timeout = timeout;
    this.random = random;
  }

  /** What becomes of a call whose answer is lost. */
  enum Effect {
    /** It changes nothing. */
    NONE,
    /** It may have been carried out, and must not be made again. */
    ONCE,
    /** It comes to the same however often it is made: it is made again. */
    REPEATABLE,
    /** It changes nothing, and is worth being made again. */
    NONE_REPEATABLE
  }

  /**
   * Makes a call.
   *
   * @param what it is, for people
   */
  <Q, P> P call(MethodDescriptor<Q, P> method, Q request, String what, Effect effect) {
    return call(method, request, what, effect, timeout, message -> {});
  }

  /**
   * Makes a call that is answered by several messages, of which the last one counts.
   *
   * @param what it is, for people
   * @param within how long it may take, all tries together
   * @param listener given each message, on the event loop
   */
  <Q, P> P call(
      MethodDescriptor<Q, P> method,
      Q request,
      String what,
      Effect effect,
      Duration within,
      Consumer<P> listener) {
    return untilTaken(
        what,
        effect,
        within,
        (node, deadline, attempt) -> once(method, request, node, deadline, attempt, listener));
  }

  /**
   * Makes a call that changes nothing, and is answered by many messages, for as long as they come.
   * Each is taken on the caller's thread before more than the next one or two are asked for.
   *
   * @param what it is, for people
   * @param silence how long the node may send nothing
   * @param taker given each message
   * @throws LostStreamException if the node was lost after a message had come: whoever asks again
   *     gets all of them anew
   */
  <Q, P> void stream(
      MethodDescriptor<Q, P> method, Q request, String what, Duration silence, Consumer<P> taker) {
    var unused =
        untilTaken(
            what,
            Effect.NONE_REPEATABLE,
            silence.compareTo(timeout) > 0 ? silence : timeout,
            (node, deadline, attempt) -> {
              TakenAnswers<P> answers = new TakenAnswers<>();
              open(method, request, node, CallOptions.DEFAULT, attempt, answers);
              try {
                answers.takeAll(taker, silence);
                return true;
              } catch (StatusRuntimeException e) {
                if (answers.hasTaken()
                    && (isLost(e.getStatus()) || certainlyNotCarriedOut(e, attempt))
                    && !loop.hasEnded()) {
                  throw new LostStreamException(node.toString(), e.getStatus());
                }
                throw e;
              }
            });
  }

  /** One try of a call at one node; fails with {@link StatusRuntimeException}. */
  private interface Try<P> {
    P make(NodeAddress node, long deadline, Attempt attempt);
  }

  private <P> P untilTaken(String what, Effect effect, Duration within, Try<P> oneTry) {
    long start = System.nanoTime();
    long deadline = start + within.toNanos();
    Map<NodeAddress, String> failures = new LinkedHashMap<>();
    Backoff backoff = new Backoff(random);
    List<NodeAddress> nodes = known.all();
    int turn = random.nextInt(nodes.size());
    @Nullable NodeAddress hint = null;
    boolean mayBeCarriedOut = false;
    for (int attempts = 1; ; attempts++) {
      NodeAddress node = hint == null ? nodes.get(turn++ % nodes.size()) : hint;
      Attempt attempt = new Attempt();
      try {
        return oneTry.make(node, deadline, attempt);
      } catch (StatusRuntimeException e) {
        note(failures, node, e.getStatus());
        if (!certainlyNotCarriedOut(e, attempt)
            && !(isRepeatable(effect) && isLost(e.getStatus()))) {
          KvException failure = failure(e, attempt, what, effect, start, attempts(failures));
          throw mayBeCarriedOut
              ? afterLostAnswer(failure, what, effect, attempts(failures))
              : failure;
        }
        mayBeCarriedOut |= !certainlyNotCarriedOut(e, attempt);
        if (loop.hasEnded()) {
          throw mayBeCarriedOut
              ? unanswered(what, effect, start, attempts(failures))
              : new UnavailableException(
                  what + ": the client is closed; nothing was changed", attempts(failures));
        }
        hint = permitted(leaderIn(e), failures);
      }
      long delayMs = attempts <= nodes.size() ? 0 : backoff.nextDelayMs();
      if (!waited(delayMs, deadline)) {
        if (mayBeCarriedOut) {
          throw unanswered(what, effect, start, attempts(failures));
        }
        throw new UnavailableException(
            "%s: no leader took it within %d ms; nothing was changed"
                .formatted(what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)),
            attempts(failures));
      }
    }
  }

  /**
   * Makes a call to that node, once, whoever leads.
   *
   * @param what it is, for people
   */
  <Q, P> P callAt(NodeAddress node, MethodDescriptor<Q, P> method, Q request, String what) {
    long start = System.nanoTime();
    Attempt attempt = new Attempt();
    try {
      return once(method, request, node, start + timeout.toNanos(), attempt, message -> {});
    } catch (StatusRuntimeException e) {
      List<NodeFailure> failures =
          List.of(new NodeFailure(node.toString(), Causes.describe(e.getStatus())));
      if (certainlyNotCarriedOut(e, attempt)) {
        throw new UnavailableException(what + ": nothing was changed", failures);
      }
      throw failure(e, attempt, what, Effect.ONCE, start, failures);
    }
  }

  private static boolean isRepeatable(Effect effect) {
    return effect == Effect.REPEATABLE || effect == Effect.NONE_REPEATABLE;
  }

  /** A last try that is cut short by the deadline tells less than those before it. */
  private static void note(Map<NodeAddress, String> failures, NodeAddress node, Status status) {
    String before = failures.remove(node);
    failures.put(
        node,
        before != null && status.getCode() == Status.Code.DEADLINE_EXCEEDED
            ? before
            : Causes.describe(status));
  }

  private static List<NodeFailure> attempts(Map<NodeAddress, String> failures) {
    List<NodeFailure> attempts = new ArrayList<>();
    failures.forEach((node, cause) -> attempts.add(new NodeFailure(node.toString(), cause)));
    return attempts;
  }

  /** The call never left, or the node says so, or none of ours is there. */
  private static boolean certainlyNotCarriedOut(StatusRuntimeException e, Attempt attempt) {
    return !attempt.mayHaveLeft
        || switch (e.getStatus().getCode()) {
          case FAILED_PRECONDITION, UNIMPLEMENTED -> true;
          case UNAVAILABLE -> saysSo(e);
          default -> false;
        };
  }

  /** The leader, or the connection to it, was lost meanwhile. */
  private static boolean isLost(Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE
        || status.getCode() == Status.Code.UNKNOWN
        || status.getCode() == Status.Code.CANCELLED;
  }

  /** Whether the status is the node's own word, and not gRPC's for a connection that broke. */
  private static boolean saysSo(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    return trailers != null && trailers.containsKey(NODE);
  }

  private static @Nullable NodeAddress leaderIn(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    String address = trailers == null ? null : trailers.get(LEADER);
    if (address == null) {
      return null;
    }
    try {
      return NodeAddress.parse(address);
    } catch (IllegalArgumentException unusable) {
      return null;
    }
  }

  private @Nullable NodeAddress permitted(
      @Nullable NodeAddress leader, Map<NodeAddress, String> failures) {
    if (leader == null || channels.permits(leader)) {
      return leader;
    }
    failures.put(leader, LeaderSearch.NOT_PERMITTED);
    return null;
  }

  private static KvException failure(
      StatusRuntimeException e,
      Attempt attempt,
      String what,
      Effect effect,
      long start,
      List<NodeFailure> attempts) {
    String words = Causes.words(e.getStatus());
    return switch (e.getStatus().getCode()) {
      case INVALID_ARGUMENT -> new InvalidRequestException(words);
      case UNAUTHENTICATED, PERMISSION_DENIED -> new NotAllowedException(words, List.of());
      case NOT_FOUND, ALREADY_EXISTS, ABORTED -> new RefusedException(words, List.of());
      // gRPC says it too, of a connection that is ended for too much traffic.
      case RESOURCE_EXHAUSTED ->
          attempt.answered
              ? new RefusedException(words, List.of())
              : unanswered(what, effect, start, attempts);
      default -> unanswered(what, effect, start, attempts);
    };
  }

  /** What ends this try says nothing of one before it, to which no answer came. */
  private static KvException afterLostAnswer(
      KvException failure, String what, Effect effect, List<NodeFailure> attempts) {
    return effect == Effect.NONE_REPEATABLE || failure.outcome() == KvException.Outcome.UNKNOWN
        ? failure
        : new OutcomeUnknownException(
            "%s: no answer came, and the second try was refused (%s); it may have been carried out"
                .formatted(what, failure.getMessage()),
            attempts);
  }

  private static KvException unanswered(
      String what, Effect effect, long start, List<NodeFailure> attempts) {
    String line =
        "%s: no answer within %d ms"
            .formatted(what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    return effect == Effect.NONE || effect == Effect.NONE_REPEATABLE
        ? new UnavailableException(line, attempts)
        : new OutcomeUnknownException(line + "; it may have been carried out", attempts);
  }

  private static boolean waited(long delayMs, long deadline) {
    long neededNanos = TimeUnit.MILLISECONDS.toNanos(delayMs + LEAST_TRY_MS);
    if (System.nanoTime() + neededNanos - deadline > 0) {
      return false;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(delayMs);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private <Q, P> P once(
      MethodDescriptor<Q, P> method,
      Q request,
      NodeAddress node,
      long deadline,
      Attempt attempt,
      Consumer<P> listener) {
    try {
      return ask(method, request, node, deadline, attempt, listener).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Makes one call to one node; fails with {@link StatusRuntimeException}. */
  <Q, P> CompletableFuture<P> ask(
      MethodDescriptor<Q, P> method,
      Q request,
      NodeAddress node,
      long deadline,
      Attempt attempt,
      Consumer<P> listener) {
    LastAnswer<P> answers = new LastAnswer<>(listener);
    open(
        method,
        request,
        node,
        CallOptions.DEFAULT.withDeadlineAfter(deadline - System.nanoTime(), TimeUnit.NANOSECONDS),
        attempt,
        answers);
    return answers.answer;
  }

  /** What becomes of the messages of a call. Called on the event loop. */
  interface Answers<P> {
    /** The call has been made; {@code cancel} ends it, on any thread. */
    default void started(Runnable cancel) {}

    /** A message has come; {@code more}, on any thread, asks for the one after the next. */
    void message(P message, Runnable more);

    /** The call has ended, perhaps before it was made. */
    void closed(Status status, Metadata trailers);

    /** The call could not be made. */
    void failed(RuntimeException cause);
  }

  /** Completes with the last message of a call that has ended well. */
  private static final class LastAnswer<P> implements Answers<P> {
    private final Consumer<P> listener;
    private final CompletableFuture<P> answer = new CompletableFuture<>();
    private @Nullable P last;

    LastAnswer(Consumer<P> listener) {
      this.listener = listener;
    }

    @Override
    public void message(P message, Runnable more) {
      last = message;
      listener.accept(message);
      more.run();
    }

    @Override
    public void closed(Status status, Metadata trailers) {
      P received = last;
      if (status.isOk() && received != null) {
        answer.complete(received);
      } else {
        answer.completeExceptionally(status.asRuntimeException(trailers));
      }
    }

    @Override
    public void failed(RuntimeException cause) {
      answer.completeExceptionally(cause);
    }
  }

  private <Q, P> void open(
      MethodDescriptor<Q, P> method,
      Q request,
      NodeAddress node,
      CallOptions options,
      Attempt attempt,
      Answers<P> answers) {
    // All who ask wait for the answer.
    NetworkThreads.requireMayWait("KvAdmin");
    if (!loop.execute(() -> start(method, request, node, options, attempt, answers))) {
      answers.closed(CLOSED, new Metadata());
    }
  }

  private <Q, P> void start(
      MethodDescriptor<Q, P> method,
      Q request,
      NodeAddress node,
      CallOptions options,
      Attempt attempt,
      Answers<P> answers) {
    if (closed) {
      answers.closed(CLOSED, new Metadata());
      return;
    }
    ManagedChannel channel;
    try {
      channel = channels.open(node);
    } catch (SSLException e) {
      answers.closed(Status.UNAVAILABLE.withCause(e), new Metadata());
      return;
    } catch (RuntimeException e) {
      // The caller waits for an end of whatever kind.
      answers.failed(e);
      return;
    }
    ClientCall<Q, P> call =
        channel.newCall(
            method,
            options.withMaxInboundMessageSize(MAX_ANSWER_BYTES).withStreamTracerFactory(attempt));
    underWay.add(call);
    // By way of the loop: a call whose loop has ended takes nothing, and throws.
    answers.started(() -> loop.run(() -> call.cancel("the caller takes no more", null)));
    ScheduledFuture<?> patience = loop.after(CONNECT_MS, () -> giveUp(call, attempt));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(P message) {
            answers.message(message, () -> loop.run(() -> call.request(1)));
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            answers.closed(status, trailers);
            channel.shutdownNow();
            loop.run(
                () -> {
                  patience.cancel(false);
                  underWay.remove(call);
                });
          }
        },
        channels.credentials());
    call.sendMessage(request);
    call.halfClose();
    call.request(2);
  }

  /** A node that takes connections and does not speak must not cost the time for the others. */
  private static void giveUp(ClientCall<?, ?> call, Attempt attempt) {
    if (!attempt.mayHaveLeft) {
      call.cancel("no connection within " + CONNECT_MS + " ms", null);
    }
  }

  /** Ends the calls that are under way, and the event loop. Later calls fail at once. */
  void close() {
    loop.run(
        () -> {
          closed = true;
          List.copyOf(underWay).forEach(call -> call.cancel("the client is closed", null));
          loop.shutdown();
        });
  }

  /**
   * One try of a call: knows whether the node may have heard of it, and whether it said how it
   * ended.
   */
  static final class Attempt extends ClientStreamTracer.Factory {
    private volatile boolean mayHaveLeft;
    private volatile boolean answered;

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        /** There is a connection, with TLS and HTTP/2 agreed on, and the call is given to it. */
        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
          mayHaveLeft = true;
        }

        @Override
        public void inboundTrailers(Metadata trailers) {
          answered = true;
        }
      };
    }
  }
}
