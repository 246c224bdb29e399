package io.relaykv.server.status;

import io.relaykv.server.http.Readiness.Check;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes a barrier again and again, so that whoever wants to know whether this node can serve need
 * not wait for one. For the leader it is the one in front of reads: nobody else led at some moment
 * after it was asked for. A follower, which serves no reads, has heard of the leader lately, and
 * has applied all that it then knew to be committed.
 *
 * <p>{@link #tick} is for one thread; the rest is thread-safe.
 */
final class RecentBarrier {
  /** How often {@link #tick} is to be called. */
  static final long TICK_MS = 500;

  /** A barrier that was asked for longer ago says nothing any more. */
  static final Duration RECENT = Duration.ofSeconds(2);

  private final Node node;
  private final Duration silenceAllowed;
  private final LongSupplier nanoTime;

  /** When the last barrier that was passed had been asked for. */
  private volatile @Nullable Long passedNanos;

  /** Why the last one was not passed. */
  private volatile String obstacle = "none was asked for yet";

  private volatile boolean underWay;

  /** What a follower is to apply; null if that is to be found out. Confined to the timer. */
  private @Nullable Mark mark;

  /** What was committed at a moment. */
  private record Mark(long index, long nanos) {}

  /** What a node says of itself. */
  interface Node {
    /** Whether it leads as far as it knows itself. */
    boolean leads();

    /** As the leader: the barrier in front of reads. */
    CompletableFuture<Void> barrier();

    /** As a follower: for how long it has heard nothing of its leader; empty if it knows none. */
    Optional<Duration> leaderSilent();

    /** The last log entry that it has been told is committed. */
    long committedIndex();

    long appliedIndex();
  }

  /**
   * @param electionTimeout the least one: a leader that was heard of within it need not have sent
   *     anything since
   */
  RecentBarrier(Node node, Duration electionTimeout, LongSupplier nanoTime) {
    this.node = node;
    this.silenceAllowed = electionTimeout.compareTo(RECENT) > 0 ? electionTimeout : RECENT;
    this.nanoTime = nanoTime;
  }

  void tick() {
    if (node.leads()) {
      mark = null;
      askMajority();
    } else {
      lookAtLeader();
    }
  }

  private void askMajority() {
    if (underWay) {
      return;
    }
    long askedNanos = nanoTime.getAsLong();
    CompletableFuture<Void> barrier = node.barrier();
    underWay = true;
    barrier.whenComplete(
        (passed, failure) -> {
          if (failure == null) {
            passedNanos = askedNanos;
          } else {
            obstacle = String.valueOf(failure.getMessage());
          }
          underWay = false;
        });
  }

  private void lookAtLeader() {
    Optional<Duration> silent = node.leaderSilent();
    if (silent.isEmpty()) {
      mark = null;
      obstacle = "no leader is known";
      return;
    }
    if (silent.get().compareTo(silenceAllowed) > 0) {
      mark = null;
      obstacle = "the leader was last heard of %s ago".formatted(seconds(silent.get()));
      return;
    }
    Mark present = mark;
    if (present == null) {
      present = new Mark(node.committedIndex(), nanoTime.getAsLong());
    }
    long applied = node.appliedIndex();
    if (applied >= present.index()) {
      passedNanos = present.nanos();
      mark = null;
    } else {
      mark = present;
      obstacle = "%d committed entries are to be applied".formatted(present.index() - applied);
    }
  }

  /** Whether one was passed within {@link #RECENT}. */
  boolean isRecent() {
    return age().filter(age -> age.compareTo(RECENT) <= 0).isPresent();
  }

  /** Since the last one that was passed was asked for; empty if there was none. */
  Optional<Duration> age() {
    return Optional.ofNullable(passedNanos)
        .map(nanos -> Duration.ofNanos(nanoTime.getAsLong() - nanos));
  }

  /** The same in words. */
  Check check() {
    Optional<Duration> age = age();
    if (age.isPresent() && age.get().compareTo(RECENT) <= 0) {
      return new Check("barrier", true, "passed %s ago".formatted(seconds(age.get())));
    }
    return new Check(
        "barrier",
        false,
        age.map(passed -> "not passed for %s: %s".formatted(seconds(passed), obstacle))
            .orElse("not passed yet: " + obstacle));
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
