package io.relaykv.client.internal;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvException;
import io.relaykv.client.NodeAddress;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.RefusedException;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Brings operations to the leader and their answers back. {@link #submit} may be called by any
 * thread; everything else is confined to the event loop.
 *
 * <p>Operations go over one connection at a time, to the node that says that it leads, in the order
 * in which they came. When that connection is lost, or the node does not lead any more, all that is
 * unanswered is sent again, in the same order, over the next one; writes carry the session's
 * sequence numbers, by which the cluster applies each of them once.
 */
final class Dispatcher implements NodeConnection.Listener {
  /** How often deadlines and silent connections are looked at. */
  private static final long TICK_MS = 20;

  /** A node that leaves operations unanswered for so long is asked for a sign of life. */
  private static final long PING_AFTER_MS = 400;

  /** A node that gives no sign of life for so long is given up. */
  private static final long SILENT_MS = 1000;

  private static final int FRAME_BYTES = 1 << 20;
  private static final int FRAME_OPS = 4096;

  private final EventLoop loop;
  private final Channels channels;
  private final ByteString sessionId;
  private final LeaderSearch search;
  private final Listeners listeners;
  private final LeaderInUse leader;

  /** From the application's threads to the event loop. */
  private final Queue<Operation> submitted = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean drainScheduled = new AtomicBoolean();

  /** To be sent, in order. */
  private final Deque<Operation> waiting = new ArrayDeque<>();

  /** Sent over the present connection and unanswered, by number, in order. */
  private final Map<Long, Operation> sent = new LinkedHashMap<>();

  /** Writes in order; those that have ended are removed when they come to the front. */
  private final Deque<Operation> writes = new ArrayDeque<>();

  /** Those with a deadline of their own that have not ended as far as is known. */
  private final Deque<Operation> patient = new ArrayDeque<>();

  private long lastNumber;
  private long lastSequence;

  private @Nullable NodeConnection connection;

  /** Who leads as the connected node has said last, empty for nobody; null before it has. */
  private @Nullable String toldLeader;

  /** Since when the connected node owes an answer. */
  private long owesSinceNanos;

  private @Nullable ScheduledFuture<?> nextAttempt;
  private @Nullable ScheduledFuture<?> ticker;
  private boolean closed;

  Dispatcher(
      EventLoop loop,
      Channels channels,
      ByteString sessionId,
      List<NodeAddress> nodes,
      Listeners listeners,
      RandomGenerator random) {
    this.loop = loop;
    this.channels = channels;
    this.sessionId = sessionId;
    this.listeners = listeners;
    this.leader = new LeaderInUse(loop, listeners);
    this.search = new LeaderSearch(nodes, new Backoff(random), random, System::nanoTime);
  }

  /** Takes an operation; its future says how it ends. */
  void submit(Operation operation) {
    submitted.add(operation);
    if (drainScheduled.compareAndSet(false, true) && !loop.execute(this::drain)) {
      failSubmitted();
    }
  }

  private void drain() {
    drainScheduled.set(false);
    for (Operation next = submitted.poll(); next != null; next = submitted.poll()) {
      next.numbered(++lastNumber, next.isWrite() ? ++lastSequence : 0);
      if (next.isWrite()) {
        writes.add(next);
      }
      if (next.isPatient()) {
        patient.add(next);
      }
      waiting.add(next);
    }
    if (closed) {
      failAll("the client is closed");
      return;
    }
    if (ticker == null && !waiting.isEmpty()) {
      ticker = loop.every(TICK_MS, this::tick);
    }
    flush();
  }

  /** Sends what waits, if the leader is connected; else sees to it that it is looked for. */
  private void flush() {
    NodeConnection current = connection;
    if (waiting.isEmpty()) {
      return;
    }
    if (current == null) {
      if (nextAttempt == null) {
        connect();
      }
      return;
    }
    if (!leader.isThere()) {
      if (current.isWelcomed()) {
        retryAfter(search::patienceMs);
      }
      return;
    }
    if (sent.isEmpty()) {
      owesSinceNanos = System.nanoTime();
    }
    while (!waiting.isEmpty()) {
      current.send(nextFrame());
    }
  }

  private ClientFrame nextFrame() {
    ClientFrame.Builder frame = frame();
    int bytes = 0;
    int again = 0;
    for (Operation next = waiting.peek();
        next != null && frame.getRequestsCount() < FRAME_OPS;
        next = waiting.peek()) {
      bytes += next.sizeBytes();
      if (frame.getRequestsCount() > 0 && bytes > FRAME_BYTES) {
        break;
      }
      waiting.remove();
      again += next.isSent() ? 1 : 0;
      frame.addRequests(next.toRequest());
      sent.put(next.number(), next);
    }
    if (again > 0) {
      listeners.operationsSentAgain(again);
    }
    return frame.build();
  }

  private ClientFrame.Builder frame() {
    while (!writes.isEmpty() && writes.getFirst().isDone()) {
      writes.removeFirst();
    }
    long lowest = writes.isEmpty() ? lastSequence + 1 : writes.getFirst().sequence();
    return ClientFrame.newBuilder().setLowestUnanswered(lowest);
  }

  private void connect() {
    toldLeader = null;
    NodeAddress node = search.next();
    NodeConnection opened;
    try {
      opened = new NodeConnection(node, loop, channels, this);
    } catch (SSLException e) {
      search.failed(node, "TLS cannot be used: " + e.getMessage());
      retryLater();
      return;
    }
    connection = opened;
    owesSinceNanos = System.nanoTime();
    opened.send(frame().setSessionId(sessionId).build());
  }

  @Override
  public void onFrame(NodeConnection from, ServerFrame frame) {
    if (from != connection) {
      return;
    }
    boolean sendAgain = false;
    for (Response response : frame.getResponsesList()) {
      Operation operation = sent.remove(response.getId());
      if (operation != null && !settle(operation, response, from)) {
        waiting.addFirst(operation);
        sendAgain = true;
      }
    }
    if (sendAgain) {
      // All of it, so that the order stays; what is still unanswered here is answered elsewhere.
      giveUp(from);
    }
    if (frame.hasWelcome()) {
      search.reached(from.node());
    }
    if (frame.hasLeader()) {
      search.learn(frame.getLeader().getMembersList(), channels::permits);
      follow(from, frame.getLeader());
    } else if (sendAgain) {
      retryLater();
    }
  }

  /** Ends the operation if the response is an answer; false if it must be sent again. */
  private boolean settle(Operation operation, Response response, NodeConnection from) {
    if (!response.hasFailure()) {
      operation.future().complete(response);
      return true;
    }
    Failure failure = response.getFailure();
    switch (failure.getCode()) {
      case INVALID -> {
        if (operation.isBarrier()) {
          // A node of an earlier version, which says behind the barrier that it does not know this.
          operation.future().complete(response);
          return true;
        }
        refuse(operation, new InvalidRequestException(failure.getMessage()));
        return true;
      }
      case REFUSED -> {
        refuse(operation, new RefusedException(failure.getMessage(), List.of()));
        return true;
      }
      case UNAUTHENTICATED, FORBIDDEN -> {
        refuse(operation, new NotAllowedException(failure.getMessage(), List.of()));
        return true;
      }
      case OUTCOME_UNKNOWN -> {
        search.failed(from.node(), failure.getMessage());
        return false;
      }
      case NOT_LEADER, UNAVAILABLE, UNSPECIFIED, UNRECOGNIZED -> {
        operation.copyNotApplied();
        search.failed(from.node(), failure.getMessage());
        return false;
      }
    }
    throw new AssertionError(failure.getCode());
  }

  /** This copy of the operation was not applied; an earlier one may have been. */
  private void refuse(Operation operation, KvException refusal) {
    operation.copyNotApplied();
    operation
        .future()
        .completeExceptionally(
            operation.mayHaveBeenApplied() ? search.ended(operation, refusal.reason()) : refusal);
  }

  /** Goes where the leader is, as {@code from} sees it. */
  private void follow(NodeConnection from, Leader told) {
    if (from != connection && connection != null) {
      return;
    }
    boolean isNews = toldLeader != null && !toldLeader.equals(told.getNodeId());
    toldLeader = told.getNodeId();
    if (told.getNodeId().isEmpty()) {
      waitWith(from, "knows no leader at the moment");
    } else if (told.getNodeId().equals(from.nodeId())) {
      if (connection == from) {
        leader.found(from);
        search.found(from.node());
        flush();
      } else {
        retryLater();
      }
    } else if (!isNews && search.isUnreachable(told.getClientAddress())) {
      waitWith(from, "follows a leader that does not answer");
    } else {
      search.failed(from.node(), "does not lead");
      search.hint(told.getClientAddress(), channels::permits);
      giveUp(from);
      retryLater();
    }
  }

  /** Stays connected for the time being: the node tells at once when there is a leader. */
  private void waitWith(NodeConnection from, String why) {
    leader.lost();
    search.failed(from.node(), why);
    retryAfter(search::patienceMs);
  }

  @Override
  public void onLost(NodeConnection lost, Status status) {
    if (lost == connection) {
      if (lost.isWelcomed() || Causes.isKeyRefused(status)) {
        search.failed(lost.node(), Causes.describe(status));
      } else {
        search.unreachable(lost.node(), Causes.describe(status));
      }
      giveUp(lost);
      if (Causes.isKeyRefused(status)) {
        // It is the same key for every node: looking further is of no use.
        String words = Causes.words(status);
        endWaiting(operation -> search.keyRefused(operation, words));
      } else {
        retryLater();
      }
    }
  }

  /** Leaves a connection; what was sent over it will be sent again, before what waits. */
  private void giveUp(NodeConnection left) {
    left.close();
    if (connection == left) {
      connection = null;
      leader.lost();
    }
    List<Operation> unanswered = new ArrayList<>(sent.values());
    sent.clear();
    unanswered.addAll(waiting);
    unanswered.sort((a, b) -> Long.compare(a.number(), b.number()));
    waiting.clear();
    waiting.addAll(unanswered);
  }

  /** Tries the next node when it is its time, if there is anything to send. */
  private void retryLater() {
    retryAfter(search::delayBeforeNextMs);
  }

  private void retryAfter(LongSupplier delayMs) {
    if (nextAttempt != null || waiting.isEmpty() || closed) {
      return;
    }
    nextAttempt =
        loop.after(
            delayMs.getAsLong(),
            () -> {
              nextAttempt = null;
              if (leader.isThere() || closed || waiting.isEmpty()) {
                return;
              }
              NodeConnection current = connection;
              if (current != null) {
                giveUp(current);
              }
              connect();
            });
  }

  private void tick() {
    long now = System.nanoTime();
    List<Operation> expired = new ArrayList<>();
    removeExpired(waiting.iterator(), now, expired);
    removeExpired(sent.values().iterator(), now, expired);
    removeExpiredPatient(now, expired);
    // Last: whoever waits for one of them may close the client at once.
    for (Operation operation : expired) {
      operation.future().completeExceptionally(search.timedOut(operation, now, owing()));
    }
    NodeConnection current = connection;
    if (current != null) {
      watch(current, now);
    }
    stopTickingWhenIdle();
  }

  private void watch(NodeConnection current, long now) {
    boolean owesAnswer = !sent.isEmpty() || !current.isWelcomed();
    if (!owesAnswer) {
      return;
    }
    long silentNanos = Math.min(now - current.lastHeardNanos(), now - owesSinceNanos);
    long silentMs = TimeUnit.NANOSECONDS.toMillis(silentNanos);
    if (silentMs > SILENT_MS) {
      search.unreachable(
          current.node(),
          current.isWelcomed()
              ? "gave no sign of life for %d ms".formatted(silentMs)
              : "did not answer within %d ms".formatted(silentMs));
      giveUp(current);
      retryLater();
    } else if (silentMs > PING_AFTER_MS
        && current.isWelcomed()
        && now - current.lastPingNanos() > TimeUnit.MILLISECONDS.toNanos(PING_AFTER_MS)) {
      current.ping(frame().build(), now);
    }
  }

  private static void removeExpired(
      Iterator<Operation> inOrder, long now, List<Operation> expired) {
    while (inOrder.hasNext()) {
      Operation operation = inOrder.next();
      if (operation.isPatient()) {
        continue;
      }
      if (operation.deadlineNanos() - now > 0) {
        return;
      }
      inOrder.remove();
      expired.add(operation);
    }
  }

  private void removeExpiredPatient(long now, List<Operation> expired) {
    if (patient.isEmpty()) {
      return;
    }
    patient.removeIf(Operation::isDone);
    List<Operation> late =
        patient.stream().filter(operation -> operation.deadlineNanos() - now <= 0).toList();
    patient.removeAll(late);
    waiting.removeAll(late);
    late.forEach(operation -> sent.remove(operation.number()));
    expired.addAll(late);
  }

  /** Whom operations wait for, if anybody: nothing else may be known against it yet. */
  private Optional<NodeFailure> owing() {
    return Optional.ofNullable(connection)
        .map(current -> new NodeFailure(current.node().toString(), "has not answered yet"));
  }

  /** Ends everything; operations that are submitted later fail at once. */
  void close() {
    closed = true;
    leader.close();
    NodeConnection current = connection;
    if (current != null) {
      giveUp(current);
    }
    drain();
  }

  /** For operations that were submitted when the event loop had ended. */
  private void failSubmitted() {
    drainScheduled.set(false);
    for (Operation next = submitted.poll(); next != null; next = submitted.poll()) {
      next.future().completeExceptionally(search.ended(next, "the client is closed"));
    }
  }

  private void failAll(String reason) {
    endWaiting(operation -> search.ended(operation, reason));
  }

  private void endWaiting(Function<Operation, KvException> failure) {
    List<Operation> ending = new ArrayList<>(waiting);
    waiting.clear();
    for (Operation operation : ending) {
      operation.future().completeExceptionally(failure.apply(operation));
    }
    stopTickingWhenIdle();
  }

  private void stopTickingWhenIdle() {
    ScheduledFuture<?> running = ticker;
    if (waiting.isEmpty() && sent.isEmpty() && running != null) {
      running.cancel(false);
      ticker = null;
    }
  }
}
