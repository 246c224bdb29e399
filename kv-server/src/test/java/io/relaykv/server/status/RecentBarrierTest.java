package io.relaykv.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.http.Readiness.Check;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecentBarrierTest {
  private static final Duration ELECTION = Duration.ofSeconds(1);

  private final FakeNode node = new FakeNode();
  private long nowNanos = 5;
  private final RecentBarrier barrier = new RecentBarrier(node, ELECTION, () -> nowNanos);

  @Test
  void saysWhyBeforeTheFirst() {
    assertThat(barrier.isRecent()).isFalse();
    assertThat(barrier.age()).isEmpty();
    assertThat(barrier.check())
        .isEqualTo(new Check("barrier", false, "not passed yet: none was asked for yet"));
  }

  @Test
  void theLeadersCountsFromWhenItWasAskedFor() {
    node.leads = true;
    CompletableFuture<Void> asked = node.willAsk();
    barrier.tick();
    passes(1500);
    assertThat(barrier.isRecent()).as("before the answer").isFalse();

    asked.complete(null);

    assertThat(barrier.age()).hasValue(Duration.ofMillis(1500));
    assertThat(barrier.check()).isEqualTo(new Check("barrier", true, "passed 1.5 s ago"));
    passes(500);
    assertThat(barrier.isRecent()).isTrue();
    passes(1);
    assertThat(barrier.isRecent()).isFalse();
  }

  @Test
  void theLeaderAsksOnceAtATime() {
    node.leads = true;
    CompletableFuture<Void> first = node.willAsk();
    barrier.tick();
    barrier.tick();
    assertThat(node.asked).isEqualTo(1);

    first.complete(null);
    node.willAsk();
    barrier.tick();

    assertThat(node.asked).isEqualTo(2);
  }

  @Test
  void whatIsNotConfirmedIsSaidAndAskedForAgain() {
    node.leads = true;
    node.willAsk().complete(null);
    barrier.tick();
    passes(2500);
    node.willAsk().completeExceptionally(new IllegalStateException("no majority"));
    barrier.tick();

    assertThat(barrier.check())
        .isEqualTo(new Check("barrier", false, "not passed for 2.5 s: no majority"));

    node.willAsk().complete(null);
    barrier.tick();
    assertThat(barrier.isRecent()).isTrue();
  }

  @Test
  void aFollowerPassesWhenItHasAppliedAllThatIsCommitted() {
    node.leaderSilent = Duration.ofMillis(250);
    node.committed = 10;
    node.applied = 10;

    barrier.tick();

    assertThat(barrier.age()).hasValue(Duration.ZERO);
  }

  @Test
  void aFollowerThatIsBehindPassesAsOfWhenItBeganToCatchUp() {
    node.leaderSilent = Duration.ZERO;
    node.committed = 10;
    node.applied = 7;
    barrier.tick();
    assertThat(barrier.check().detail())
        .isEqualTo("not passed yet: 3 committed entries are to be applied");
    passes(500);
    node.committed = 500;
    node.applied = 9;
    barrier.tick();
    assertThat(barrier.isRecent()).isFalse();

    passes(500);
    node.applied = 10;
    barrier.tick();

    assertThat(barrier.age()).hasValue(Duration.ofSeconds(1));
  }

  @Test
  void aFollowerThatDoesNotKeepUpIsNotReady() {
    node.leaderSilent = Duration.ZERO;
    for (int i = 0; i < 20; i++) {
      node.committed = 1000L * (i + 1);
      node.applied = 100L * i;
      barrier.tick();
      passes(500);
    }
    assertThat(barrier.isRecent()).isFalse();
  }

  @Test
  void aFollowerPassesNoneWithoutHearingOfItsLeader() {
    barrier.tick();
    assertThat(barrier.check().detail()).isEqualTo("not passed yet: no leader is known");

    node.leaderSilent = Duration.ofMillis(2001);
    barrier.tick();

    assertThat(barrier.check().detail())
        .isEqualTo("not passed yet: the leader was last heard of 2.0 s ago");
    node.leaderSilent = Duration.ofSeconds(2);
    barrier.tick();
    assertThat(barrier.isRecent()).isTrue();
  }

  @Test
  void whatALeaderMayKeepSilentForDependsOnTheElectionTimeout() {
    RecentBarrier patient = new RecentBarrier(node, Duration.ofSeconds(10), () -> nowNanos);
    node.leaderSilent = Duration.ofSeconds(9);

    patient.tick();

    assertThat(patient.isRecent()).isTrue();
  }

  private void passes(long ms) {
    nowNanos += Duration.ofMillis(ms).toNanos();
  }

  private static final class FakeNode implements RecentBarrier.Node {
    private final Deque<CompletableFuture<Void>> barriers = new ArrayDeque<>();
    private boolean leads;
    private Duration leaderSilent;
    private long committed;
    private long applied;
    private int asked;

    CompletableFuture<Void> willAsk() {
      CompletableFuture<Void> next = new CompletableFuture<>();
      barriers.add(next);
      return next;
    }

    @Override
    public boolean leads() {
      return leads;
    }

    @Override
    public CompletableFuture<Void> barrier() {
      asked++;
      return barriers.remove();
    }

    @Override
    public Optional<Duration> leaderSilent() {
      return Optional.ofNullable(leaderSilent);
    }

    @Override
    public long committedIndex() {
      return committed;
    }

    @Override
    public long appliedIndex() {
      return applied;
    }
  }
}
