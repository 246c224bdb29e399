package io.relaykv.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinkFaultTest {
  private static final long MS = Duration.ofMillis(1).toNanos();

  private final Random random = new Random(1);

  @Test
  void aPacketThatIsLostComesAfterTheWaitsOfTcp() {
    LinkFault lossy = LinkFault.NONE.withLoss(0.5);
    assertThat(IntStream.range(0, 4).mapToObj(losses -> lossy.nanos(losses, random)))
        .containsExactly(0L, 200 * MS, 600 * MS, 1400 * MS);
  }

  @Test
  void theShareOfPacketsIsLost() {
    LinkFault lossy = LinkFault.NONE.withLoss(0.3);
    long lost = IntStream.range(0, 10_000).filter(i -> lossy.losses(random) > 0).count();
    assertThat(lost).isBetween(2_800L, 3_200L);
  }

  @Test
  void aDelayIsTheBaseAndUpToTheJitterMore() {
    LinkFault slow = LinkFault.NONE.withDelay(Duration.ofMillis(100), Duration.ofMillis(50));
    LongSummaryStatistics nanos =
        IntStream.range(0, 1_000).mapToLong(i -> slow.nanos(0, random)).summaryStatistics();
    assertThat(nanos.getMin()).isBetween(100 * MS, 105 * MS);
    assertThat(nanos.getMax()).isBetween(145 * MS, 150 * MS);
  }
}
