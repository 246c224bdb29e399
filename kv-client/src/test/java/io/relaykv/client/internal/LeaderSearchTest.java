package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeaderSearchTest {
  private static final NodeAddress N1 = NodeAddress.parse("n1:7400");
  private static final NodeAddress N2 = NodeAddress.parse("n2:7400");
  private static final NodeAddress N3 = NodeAddress.parse("n3:7400");

  private long nanos = -7;
  private final Random random = new Random(1);
  private final LeaderSearch search =
      new LeaderSearch(List.of(N1, N2, N3), new Backoff(random), random, () -> nanos);

  @Test
  void triesAllNodesInTurn() {
    assertThat(next(3)).containsExactlyInAnyOrder(N1, N2, N3);
  }

  @Test
  void leavesOutForTwoSecondsWhoCannotBeReached() {
    search.unreachable(N2, "connection refused");
    assertThat(search.isUnreachable("n2:7400")).isTrue();
    assertThat(search.isUnreachable("n3:7400")).isFalse();
    pass(1999);
    assertThat(next(4)).containsOnly(N1, N3);
    pass(1);
    assertThat(search.isUnreachable("n2:7400")).isFalse();
    assertThat(next(3)).containsOnly(N1, N2, N3);
  }

  @Test
  void triesAllNodesInTurnIfNoneCanBeReached() {
    List.of(N1, N2, N3).forEach(node -> search.unreachable(node, "connection refused"));
    assertThat(next(3)).containsOnly(N1, N2, N3);
  }

  @Test
  void whoAnswersIsNotLeftOutAnyMore() {
    search.unreachable(N1, "connection refused");
    search.unreachable(N2, "connection refused");
    search.reached(N1);
    assertThat(next(4)).containsOnly(N1, N3);
    search.found(N3);
    assertThat(next(3)).containsOnly(N1, N2, N3);
  }

  private List<NodeAddress> next(int times) {
    return Stream.generate(search::next).limit(times).toList();
  }

  private void pass(long ms) {
    nanos += Duration.ofMillis(ms).toNanos();
  }
}
