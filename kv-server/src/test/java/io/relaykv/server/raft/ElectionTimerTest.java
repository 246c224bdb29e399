package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElectionTimerTest {
  private static final Duration MIN = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofMillis(1900);

  private final Random random = new Random(7);
  private List<String> members = List.of("n3", "n1", "n2");
  private long term = 1;
  private long nowMs = 5_000;
  private final FakeFollower follower = new FakeFollower();

  @Test
  void standsAsSoonAsTheLeaderHasBeenSilentForTheTimeout() {
    ElectionTimer timer = timer("n1");
    pass(timer.look());
    follower.heardAtMs = nowMs - 400;
    pass(timer.look());
    assertThat(follower.stoodAfterMs).isEmpty();
    assertThat(timer.look()).isEqualTo(1000);
    assertThat(follower.stoodAfterMs).containsExactly(nowMs - follower.heardAtMs);
  }

  @Test
  void waitsAsLongAsTheLeaderIsHeard() {
    ElectionTimer timer = timer("n1");
    for (int i = 0; i < 100; i++) {
      pass(timer.look());
      follower.heardAtMs = nowMs - 500;
    }
    assertThat(follower.stoodAfterMs).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "n1,0,1000,1300",
    "n2,0,1300,1600",
    "n3,0,1600,1900",
    "n1,1,1300,1600",
    "n3,1,1000,1300",
    "n2,5,1000,1300"
  })
  void eachMemberHasAPartOfTheRangeThatGoesRoundWithTheTerm(
      String node, long inTerm, long from, long until) {
    ElectionTimer timer = timer(node);
    term = inTerm;
    for (int i = 0; i < 200; i++) {
      follower.heardAtMs = nowMs;
      assertThat(timer.look()).isBetween(from, until);
      term += 3;
    }
  }

  @Test
  void whoIsNoMemberDrawsFromTheWholeRange() {
    members = List.of("n1");
    ElectionTimer timer = timer("n9");
    follower.heardAtMs = nowMs;
    List<Long> drawn =
        Stream.generate(
                () -> {
                  term++;
                  return timer.look();
                })
            .limit(500)
            .toList();
    assertThat(drawn)
        .allMatch(ms -> ms >= 1000 && ms <= 1900)
        .anyMatch(ms -> ms < 1200)
        .anyMatch(ms -> ms > 1700);
  }

  @Test
  void doesNotStandWhenItComesLateItself() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    long waitMs = timer.look();
    nowMs += waitMs + 201;
    assertThat(timer.look()).isEqualTo(100);
    assertThat(follower.stoodAfterMs).as("what came meanwhile may wait to be read").isEmpty();
    nowMs += 100;
    pass(timer.look());
    pass(timer.look());
    assertThat(follower.stoodAfterMs).isNotEmpty();
  }

  @Test
  void looksAgainSoonIfTheFollowerDoesNotStand() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    follower.stands = false;
    pass(timer.look());
    assertThat(timer.look()).isEqualTo(100);
    assertThat(follower.stoodAfterMs).hasSize(1);
  }

  @Test
  void looksInTimeForWhoeverBecomesAFollower() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = -1;
    assertThat(timer.look()).isEqualTo(1000);
  }

  private ElectionTimer timer(String node) {
    return new ElectionTimer(
        Partial.of(RaftServer.Division.class, new FakeDivision(node)),
        follower,
        MIN,
        MAX,
        random,
        () -> nowMs);
  }

  private void pass(long ms) {
    nowMs += ms;
  }

  private final class FakeFollower implements ElectionTimer.Follower {
    private final List<Long> stoodAfterMs = new ArrayList<>();
    private long heardAtMs = nowMs;
    private boolean stands = true;

    @Override
    public OptionalLong silentMs() {
      return heardAtMs < 0 ? OptionalLong.empty() : OptionalLong.of(nowMs - heardAtMs);
    }

    @Override
    public boolean stand(long silentMs) {
      stoodAfterMs.add(silentMs);
      return stands;
    }
  }

  @SuppressWarnings("unused") // Partial
  private final class FakeDivision {
    private final String node;

    FakeDivision(String node) {
      this.node = node;
    }

    RaftPeerId getId() {
      return RaftPeerId.valueOf(node);
    }

    RaftConfiguration getRaftConf() {
      return Partial.of(RaftConfiguration.class, new Configuration());
    }

    DivisionInfo getInfo() {
      return Partial.of(DivisionInfo.class, new Info());
    }
  }

  @SuppressWarnings("unused") // Partial
  private final class Configuration {
    Collection<RaftPeer> getCurrentPeers() {
      return members.stream().map(id -> RaftPeer.newBuilder().setId(id).build()).toList();
    }
  }

  @SuppressWarnings("unused") // Partial
  private final class Info {
    long getCurrentTerm() {
      return term;
    }
  }
}
