package io.relaykv.testkit.node;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What is wrong with a link.
 *
 * @param cut nothing gets through
 * @param delay each message takes so long
 * @param jitter and up to so much longer
 * @param loss the share of packets that are lost, from 0 to less than 1
 */
public record LinkFault(boolean cut, Duration delay, Duration jitter, double loss) {
  /** Nothing. */
  public static final LinkFault NONE = new LinkFault(false, Duration.ZERO, Duration.ZERO, 0);

  /** Linux waits so long at least before it sends a packet again; then twice as long, and so on. */
  static final Duration FIRST_RETRANSMISSION = Duration.ofMillis(200);

  /** Checks the values. */
  public LinkFault {
    if (delay.isNegative() || jitter.isNegative()) {
      throw new IllegalArgumentException("a delay of " + delay + " and up to " + jitter);
    }
    if (!(loss >= 0 && loss < 1)) {
      throw new IllegalArgumentException("a loss of " + loss + ": not from 0 to less than 1");
    }
  }

  /** The same link, cut. */
  public LinkFault withCut() {
    return new LinkFault(true, delay, jitter, loss);
  }

  /** The same link, joined again. */
  public LinkFault withoutCut() {
    return new LinkFault(false, delay, jitter, loss);
  }

  /** The same link, slower. */
  public LinkFault withDelay(Duration base, Duration upTo) {
    return new LinkFault(cut, base, upTo, loss);
  }

  /** The same link, losing packets. */
  public LinkFault withLoss(double share) {
    return new LinkFault(cut, delay, jitter, share);
  }

  /** How often the next message is lost before it gets through. */
  int losses(RandomGenerator random) {
    int losses = 0;
    while (loss > 0 && random.nextDouble() < loss) {
      losses++;
    }
    return losses;
  }

  /** How long the next message takes that is lost so often. */
  long nanos(int losses, RandomGenerator random) {
    long nanos = delay.toNanos();
    if (!jitter.isZero()) {
      nanos += random.nextLong(jitter.toNanos());
    }
    // 200 ms, and 400 ms more, and 800 ms more.
    return nanos + FIRST_RETRANSMISSION.toNanos() * ((1L << Math.min(losses, 20)) - 1);
  }
}
