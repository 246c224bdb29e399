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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElectionTimerTest {
  private static final Duration MIN = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofSeconds(2);

  private final Random random = new Random(7);
  private List<String> members = List.of("n3", "n1", "n2");
  private long term = 1;
  private @Nullable String leader;
  private long nowMs = 5_000;
  private final FakeFollower follower = new FakeFollower();

  @Test
  void standsAsSoonAsTheLeaderHasBeenSilentForTheTimeout() {
    ElectionTimer timer = timer("n1");
    pass(timer.look());
    follower.heardAtMs = nowMs - 400;
    assertThat(follower.stoodAfterMs).isEmpty();
    long silentMs = stoodAfter(timer);
    assertThat(follower.stoodAfterMs).containsExactly(silentMs);
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
    "n1,n3,0,1050,1169",
    "n2,n3,0,1525,1644",
    "n1,n3,1,1525,1644",
    "n2,n3,1,1050,1169",
    "n2,n1,0,1050,1169",
    "n3,n1,0,1525,1644",
    "n1,,0,1050,1130",
    "n2,,0,1366,1446",
    "n3,,0,1683,1763",
    "n3,,1,1050,1130"
  })
  void eachFollowerHasAPartOfTheRangeThatGoesRoundWithTheTerm(
      String node, String leaderId, long inTerm, long from, long until) {
    ElectionTimer timer = timer(node);
    for (int i = 0; i < 200; i++) {
      leader = null;
      term = inTerm + 60_000L * (i + 1);
      timer.look();
      leader = leaderId;
      follower.heardAtMs = nowMs;
      pass(timer.look());
      assertThat(stoodAfter(timer)).isBetween(from, until);
    }
  }

  @Test
  void theOrderOfTheOldLeadersFollowersStaysWhenHeIsForgotten() {
    leader = "n1";
    ElectionTimer timer = timer("n2");
    term = 60_000;
    pass(timer.look());
    leader = null;
    assertThat(stoodAfter(timer)).isBetween(1050L, 1169L);
  }

  @Test
  void theTimeoutStaysUntilTheFollowerHasStood() {
    follower.stands = false;
    ElectionTimer timer = timer("n1");
    stoodAfter(timer);
    stoodAfter(timer);
    follower.stands = true;
    stoodAfter(timer);
    assertThat(follower.stoodAfterMs.stream().distinct()).hasSize(1);
    follower.heardAtMs = nowMs;
    stoodAfter(timer);
    assertThat(follower.stoodAfterMs.stream().distinct()).hasSize(2);
  }

  @Test
  void whoOutranksACandidateStandsSoonIfNoLeaderIsHeard() {
    leader = "n1";
    term = 60_000;
    ElectionTimer timer = timer("n3");
    pass(timer.look());
    timer.look();
    pass(60);
    timer.outranks();
    assertThat(timer.look()).as("the one before may have a longer log too").isEqualTo(50);
    pass(50);
    timer.look();
    assertThat(follower.stoodAfterMs).containsExactly(1110L);
  }

  @Test
  void whoOutranksACandidateKeepsToItsLeader() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    pass(999);
    timer.outranks();
    assertThat(timer.look()).isPositive();
    follower.heardAtMs = nowMs;
    for (int i = 0; i < 30; i++) {
      pass(timer.look());
      assertThat(follower.stoodAfterMs).isEmpty();
      if (nowMs - follower.heardAtMs > 900) {
        follower.heardAtMs = nowMs;
      }
    }
  }

  @Test
  void aFollowerReachesForTheOthersBeforeItStands() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs - 990;
    timer.look();
    assertThat(follower.reachedForOthers).as("there may be a leader").isZero();
    pass(10);
    timer.look();
    assertThat(follower.stoodAfterMs).isEmpty();
    assertThat(follower.reachedForOthers).isOne();
  }

  @Test
  void whoIsNoMemberDrawsFromTheWholeRange() {
    members = List.of("n1");
    ElectionTimer timer = timer("n9");
    List<Long> drawn =
        Stream.generate(
                () -> {
                  term++;
                  follower.heardAtMs = nowMs;
                  return stoodAfter(timer);
                })
            .limit(500)
            .toList();
    assertThat(drawn)
        .allMatch(ms -> ms >= 1050 && ms <= 2000)
        .anyMatch(ms -> ms < 1200)
        .anyMatch(ms -> ms > 1700);
  }

  @Test
  void doesNotStandWhenItComesLateItself() {
    term = 60_000;
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    long waitMs = timer.look();
    nowMs += waitMs + 201;
    assertThat(timer.look()).isEqualTo(50);
    assertThat(follower.stoodAfterMs).as("what came meanwhile may wait to be read").isEmpty();
    nowMs += 50;
    timer.look();
    assertThat(follower.stoodAfterMs).isNotEmpty();
  }

  @Test
  void looksAgainSoonIfTheFollowerDoesNotStand() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    follower.stands = false;
    stoodAfter(timer);
    assertThat(follower.stoodAfterMs).hasSize(1);
    pass(50);
    timer.look();
    assertThat(follower.stoodAfterMs).hasSize(2);
  }

  @Test
  void standsOnlyOnceItIsKnownThatItCanWin() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    follower.verdict = Canvass.Verdict.OPEN;
    while (follower.canvassed == 0) {
      pass(timer.look());
    }
    for (int i = 0; i < 20; i++) {
      assertThat(timer.look()).isEqualTo(2);
      pass(2);
    }
    assertThat(follower.stoodAfterMs).isEmpty();
    follower.verdict = Canvass.Verdict.STAND;
    timer.look();
    assertThat(follower.stoodAfterMs).hasSize(1);
  }

  @Test
  void whoCannotWinGivesWayForALeastTimeout() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    follower.verdict = Canvass.Verdict.GIVE_WAY;
    while (follower.canvassed == 0) {
      pass(timer.look());
    }
    long gaveWayAtMs = nowMs;
    while (follower.canvassed == 1) {
      pass(timer.look());
    }
    assertThat(nowMs - gaveWayAtMs).isBetween(950L, 1050L);
    assertThat(follower.stoodAfterMs).isEmpty();
  }

  @Test
  void whoHasGivenWayAndThenHeardALeaderStandsAsEver() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    follower.verdict = Canvass.Verdict.GIVE_WAY;
    for (int i = 0; i < 500; i++) {
      pass(timer.look());
    }
    follower.verdict = Canvass.Verdict.STAND;
    follower.heardAtMs = nowMs;
    pass(timer.look());
    assertThat(stoodAfter(timer)).isLessThanOrEqualTo(MAX.toMillis());
  }

  @Test
  void whoMayNotStandAsksNobody() {
    ElectionTimer timer = timer("n1");
    follower.heardAtMs = nowMs;
    follower.mayStand = false;
    for (int i = 0; i < 100; i++) {
      pass(timer.look());
    }
    assertThat(follower.canvassed).isZero();
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

  /** Looks as often as the timer says until the follower is told to stand. */
  private long stoodAfter(ElectionTimer timer) {
    int before = follower.stoodAfterMs.size();
    while (true) {
      long waitMs = timer.look();
      if (follower.stoodAfterMs.size() > before) {
        return nowMs - follower.heardAtMs;
      }
      pass(waitMs);
    }
  }

  private void pass(long ms) {
    nowMs += ms;
  }

  private final class FakeFollower implements ElectionTimer.Follower {
    private final List<Long> stoodAfterMs = new ArrayList<>();
    private long heardAtMs = nowMs;
    private boolean stands = true;
    private boolean mayStand = true;
    private Canvass.Verdict verdict = Canvass.Verdict.STAND;
    private int canvassed;
    private int reachedForOthers;

    @Override
    public OptionalLong silentMs() {
      return heardAtMs < 0 ? OptionalLong.empty() : OptionalLong.of(nowMs - heardAtMs);
    }

    @Override
    public void reachOthers() {
      reachedForOthers++;
    }

    @Override
    public boolean mayStand(long silentMs) {
      return mayStand && nowMs - heardAtMs >= silentMs;
    }

    @Override
    public Canvass.Verdict canvass() {
      canvassed++;
      return verdict;
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

    @Nullable RaftPeerId getLeaderId() {
      return leader == null ? null : RaftPeerId.valueOf(leader);
    }
  }
}
