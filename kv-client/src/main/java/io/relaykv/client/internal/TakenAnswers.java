package io.relaykv.client.internal;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a call on their way from the event loop to the caller's thread. The next one is
 * asked for when one has been taken, so that a few are held at most however slow the caller is.
 */
final class TakenAnswers<P> implements LeaderCalls.Answers<P> {
  private final BlockingQueue<Event<P>> events = new LinkedBlockingQueue<>();
  private volatile @Nullable Runnable cancel;
  private volatile boolean abandoned;
  private long taken;

  /** A message, or the end. */
  private record Event<P>(@Nullable P message, Runnable more, @Nullable RuntimeException failure) {}

  @Override
  public void started(Runnable cancelCall) {
    cancel = cancelCall;
    if (abandoned) {
      cancelCall.run();
    }
  }

  @Override
  public void message(P message, Runnable more) {
    events.add(new Event<>(message, more, null));
  }

  @Override
  public void closed(Status status, Metadata trailers) {
    events.add(
        new Event<>(null, () -> {}, status.isOk() ? null : status.asRuntimeException(trailers)));
  }

  @Override
  public void failed(RuntimeException cause) {
    events.add(new Event<>(null, () -> {}, cause));
  }

  /**
   * Hands all messages to {@code taker}, on the caller's thread, until the call has ended well.
   *
   * @param silence how long to wait for each
   * @throws StatusRuntimeException if it has ended otherwise, or nothing came in time
   */
  void takeAll(Consumer<P> taker, Duration silence) {
    boolean ended = false;
    try {
      while (!ended) {
        Event<P> next = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
          throw Status.UNAVAILABLE
              .withDescription("it has sent nothing for %d ms".formatted(silence.toMillis()))
              .asRuntimeException();
        }
        ended = next.message() == null;
        if (next.failure() != null) {
          throw next.failure();
        }
        if (!ended) {
          taken++;
          taker.accept(Objects.requireNonNull(next.message()));
          next.more().run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
    } finally {
      if (!ended) {
        abandon();
      }
    }
  }

  /** Whether any message has been taken. */
  boolean hasTaken() {
    return taken > 0;
  }

  private void abandon() {
    abandoned = true;
    Runnable cancelCall = cancel;
    if (cancelCall != null) {
      cancelCall.run();
    }
  }
}
