package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.config.NodeConfig.ReadMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plays the part of Ratis: appends that leave, answers that come, terms that change. */
@Timeout(30)
class LeaderLeaseTest {
  private static final FollowerInfo ANY = Partial.of(FollowerInfo.class, new Object());

  private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
  private static final LeaseMetrics METRICS = LeaseMetrics.of("lease-test");

  private final FakeDivision division = new FakeDivision("n1");
  private final TwoClocks clocks = new TwoClocks();
  private final Map<String, Follower> followers = new LinkedHashMap<>();
  private LeaderLease lease = newLease(ReadMode.QUORUM);

  private LeaderLease newLease(ReadMode mode) {
    LeaderLease made = new LeaderLease(mode, ELECTION_TIMEOUT, METRICS, clocks::now);
    made.attach(Partial.of(RaftServer.Division.class, division));
    return made;
  }

  @Test
  void aNodeThatDoesNotLeadRefusesAtOnce() {
    division.members("n1", "n2", "n3");

    assertThat(lease.leadsAsFarAsKnown()).isFalse();
    assertThat(state(lease.barrier())).isEqualTo("NotLeading");
  }

  @Test
  void aNewLeaderRefusesUntilItHasAppliedAnEntryOfItsTerm() {
    lead(3, "n2", "n3");
    division.ready = false;
    assertThat(state(lease.barrier())).isEqualTo("NotLeading");

    division.ready = true;
    assertThat(lease.leadsAsFarAsKnown()).isTrue();
    assertThat(state(lease.barrier())).isEqualTo("waits");
  }

  @Test
  void aLeaderWithoutFollowersServesAtOnce() {
    lead(1);

    assertThat(lease.leadsAsFarAsKnown()).isTrue();
    assertThat(state(lease.barrier())).isEqualTo("confirmed");
  }

  @Test
  void aReadIsConfirmedByAnAppendThatWasSentAfterItCame() {
    lead(1, "n2", "n3");
    long early = follower("n2").sends();

    CompletableFuture<Void> read = lease.barrier();
    long late = follower("n2").sends();
    follower("n2").acknowledges(early);
    assertThat(state(read)).as("after the answer to the append before it").isEqualTo("waits");

    follower("n2").acknowledges(late);
    assertThat(state(read)).isEqualTo("confirmed");
  }

  @Test
  void amongFiveTwoFollowersMustAnswer() {
    lead(1, "n2", "n3", "n4", "n5");
    CompletableFuture<Void> read = lease.barrier();

    follower("n4").acknowledges(follower("n4").sends());
    follower("n4").acknowledges(follower("n4").sends());
    assertThat(state(read)).as("after two answers of the same one").isEqualTo("waits");

    follower("n5").acknowledges(follower("n5").sends());
    assertThat(state(read)).isEqualTo("confirmed");
  }

  @Test
  void whileTheMembershipChangesBothMajoritiesMustAnswer() {
    lead(1, "n2", "n3", "n4", "n5");
    division.members("n1", "n2", "n3");
    division.previousMembers("n1", "n4", "n5");
    CompletableFuture<Void> read = lease.barrier();

    follower("n2").acknowledges(follower("n2").sends());
    follower("n3").acknowledges(follower("n3").sends());
    assertThat(state(read)).as("after the new majority").isEqualTo("waits");

    follower("n4").acknowledges(follower("n4").sends());
    assertThat(state(read)).as("after both").isEqualTo("confirmed");
  }

  @Test
  void anotherMajorityIsNeededWhereTheLeaderIsNoMember() {
    lead(1, "n2", "n3", "n4");
    division.members("n2", "n3", "n4");
    CompletableFuture<Void> read = lease.barrier();

    follower("n2").acknowledges(follower("n2").sends());
    assertThat(state(read)).isEqualTo("waits");

    follower("n3").acknowledges(follower("n3").sends());
    assertThat(state(read)).isEqualTo("confirmed");
  }

  @Test
  void aNodeThatIsOnlyBeingAddedDoesNotCount() {
    lead(1, "n2", "n3", "n4");
    division.members("n1", "n2", "n3");
    CompletableFuture<Void> read = lease.barrier();

    follower("n4").acknowledges(follower("n4").sends());
    assertThat(state(read)).isEqualTo("waits");
  }

  @Test
  void readsThatComeDuringARoundShareTheNextOne() {
    lead(1, "n2", "n3");
    CompletableFuture<Void> first = lease.barrier();
    int asked = follower("n2").heartbeatsAskedFor;
    long call = follower("n2").sends();

    CompletableFuture<Void> second = lease.barrier();
    CompletableFuture<Void> third = lease.barrier();
    assertThat(follower("n2").heartbeatsAskedFor)
        .as("nothing is sent for them yet")
        .isEqualTo(asked);

    follower("n2").acknowledges(call);
    assertThat(state(first)).isEqualTo("confirmed");
    assertThat(state(second)).as("its round begins now").isEqualTo("waits");
    assertThat(follower("n2").heartbeatsAskedFor).isGreaterThan(asked);

    follower("n2").acknowledges(follower("n2").sends());
    assertThat(state(second)).isEqualTo("confirmed");
    assertThat(state(third)).isEqualTo("confirmed");
  }

  @Test
  void onlyAFollowerOfThisTermConfirms() {
    lead(4, "n2", "n3");
    CompletableFuture<Void> read = lease.barrier();

    follower("n2").answers(follower("n2").sends(), AppendResult.NOT_LEADER, 4);
    follower("n2").answers(follower("n2").sends(), AppendResult.SUCCESS, 5);
    follower("n2").answers(4711, AppendResult.SUCCESS, 4);
    assertThat(state(read)).isEqualTo("waits");

    follower("n2").answers(follower("n2").sends(), AppendResult.INCONSISTENCY, 4);
    assertThat(state(read)).as("its log differs, but it follows").isEqualTo("confirmed");
  }

  @Test
  void aHigherTermEndsTheReadsThatWait() {
    lead(4, "n2", "n3");
    CompletableFuture<Void> read = lease.barrier();
    CompletableFuture<Void> behind = lease.barrier();

    follower("n2").isInTerm(5, true);

    assertThat(state(read)).isEqualTo("NotLeading");
    assertThat(state(behind)).isEqualTo("NotLeading");
    assertThat(lease.leadsAsFarAsKnown()).as("before Ratis has stepped down").isFalse();
  }

  @Test
  void aHigherTermOfANodeThatIsBeingAddedEndsNothing() {
    lead(4, "n2", "n3", "n4");
    division.members("n1", "n2", "n3");

    follower("n4").isInTerm(5, false);

    CompletableFuture<Void> read = lease.barrier();
    follower("n2").acknowledges(follower("n2").sends());
    assertThat(state(read)).isEqualTo("confirmed");
  }

  @Test
  void aDeposedLeaderFailsTheReadsThatWait() {
    lead(4, "n2", "n3");
    CompletableFuture<Void> told = lease.barrier();
    lease.leadershipLost();
    assertThat(state(told)).isEqualTo("NotLeading");

    lead(6, "n2", "n3");
    CompletableFuture<Void> found = lease.barrier();
    division.leader = false;
    lease.tick();
    assertThat(state(found))
        .as("Ratis tells nobody when there is no new leader")
        .isEqualTo("NotLeading");
  }

  @Test
  void anAnswerFromAnEarlierTermDoesNotConfirmALaterOne() {
    lead(4, "n2", "n3");
    Follower before = follower("n2");
    lead(6, "n2", "n3");
    CompletableFuture<Void> read = lease.barrier();

    before.answers(before.sends(), AppendResult.SUCCESS, 4);
    assertThat(state(read)).isEqualTo("waits");

    follower("n2").acknowledges(follower("n2").sends());
    assertThat(state(read)).isEqualTo("confirmed");
  }

  @Test
  void anAppenderThatRatisRestartsConfirmsAsWell() {
    lead(4, "n2", "n3");
    CompletableFuture<Void> read = lease.barrier();
    Follower before = follower("n2");

    Follower restarted = join("n2");
    assertThat(lease.leadsAsFarAsKnown()).isTrue();
    lease.tick();
    assertThat(restarted.heartbeatsAskedFor).isPositive();
    assertThat(before.heartbeatsAskedFor).isEqualTo(1);

    restarted.acknowledges(restarted.sends());
    assertThat(state(read)).isEqualTo("confirmed");
  }

  @Test
  void aRoundThatNoMajorityConfirmsFailsInTime() {
    lead(1, "n2", "n3");
    CompletableFuture<Void> read = lease.barrier();

    clocks.pass(Duration.ofMillis(900));
    lease.tick();
    assertThat(state(read)).isEqualTo("waits");
    clocks.pass(Duration.ofMillis(101));
    lease.tick();
    assertThat(state(read)).isEqualTo("LeadershipUnconfirmed");

    CompletableFuture<Void> later = lease.barrier();
    follower("n2").acknowledges(follower("n2").sends());
    assertThat(state(later)).as("the leader still leads").isEqualTo("confirmed");
  }

  @Test
  void aHeartbeatIsAskedForAgainWhenAnEarlierAppendTookItsPlace() {
    lead(1, "n2", "n3");
    long early = follower("n2").sends();
    CompletableFuture<Void> read = lease.barrier();
    assertThat(follower("n2").heartbeatsAskedFor).isEqualTo(1);

    follower("n2").acknowledges(early);
    assertThat(follower("n2").heartbeatsAskedFor).isEqualTo(2);

    long late = follower("n2").sends();
    follower("n2").acknowledges(early);
    assertThat(follower("n2").heartbeatsAskedFor).as("with one on its way").isEqualTo(2);
    follower("n2").acknowledges(late);
    assertThat(state(read)).isEqualTo("confirmed");
  }

  @Test
  void noHeartbeatsAreAskedForWhileNobodyReads() {
    lead(1, "n2", "n3");

    lease.tick();
    follower("n2").acknowledges(follower("n2").sends());

    assertThat(follower("n2").heartbeatsAskedFor).isZero();
  }

  @Test
  void readsPassAtOnceWhileAMajorityKeepsItsPromise() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    assertThat(state(lease.barrier()))
        .as("before anybody has promised anything")
        .isEqualTo("waits");

    long call = follower("n2").sends();
    clocks.pass(Duration.ofMillis(50));
    follower("n2").promises(call, ELECTION_TIMEOUT);

    assertThat(state(lease.barrier())).isEqualTo("confirmed");
    clocks.pass(Duration.ofMillis(699));
    assertThat(state(lease.barrier())).as("0.749 s after it was sent").isEqualTo("confirmed");
    clocks.pass(Duration.ofMillis(1));
    assertThat(state(lease.barrier())).as("0.75 s after it was sent").isEqualTo("waits");
  }

  @Test
  void aLeaseLastsOnlyAsLongAsTheFollowersOwnPromise() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    follower("n2").promises(follower("n2").sends(), Duration.ofMillis(400));

    clocks.pass(Duration.ofMillis(299));
    assertThat(state(lease.barrier())).isEqualTo("confirmed");
    clocks.pass(Duration.ofMillis(1));
    assertThat(state(lease.barrier())).isEqualTo("waits");
  }

  @Test
  void anAcknowledgementWithoutAPromiseGivesNoLease() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");

    follower("n2").acknowledges(follower("n2").sends());

    assertThat(state(lease.barrier())).isEqualTo("waits");
  }

  @Test
  void aPromiseCountsOnlyFromAFollowerOfThisTerm() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");

    follower("n2").answers(follower("n2").sends(), AppendResult.NOT_LEADER, 4, ELECTION_TIMEOUT);
    follower("n2").answers(follower("n2").sends(), AppendResult.SUCCESS, 5, ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("waits");

    follower("n2").answers(follower("n2").sends(), AppendResult.INCONSISTENCY, 4, ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("confirmed");
  }

  @Test
  void amongFiveTwoFollowersMustPromise() {
    lease = newLease(ReadMode.LEASE);
    lead(1, "n2", "n3", "n4", "n5");

    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("waits");

    follower("n5").promises(follower("n5").sends(), ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("confirmed");
  }

  @Test
  void whileTheMembershipChangesBothMajoritiesMustPromise() {
    lease = newLease(ReadMode.LEASE);
    lead(1, "n2", "n3", "n4", "n5");
    division.members("n1", "n2", "n3");
    division.previousMembers("n1", "n4", "n5");

    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("waits");

    follower("n4").promises(follower("n4").sends(), ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("confirmed");
  }

  @Test
  void aHigherTermVoidsTheLeaseAtOnce() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);

    follower("n3").isInTerm(5, true);

    assertThat(state(lease.barrier())).as("before Ratis has stepped down").isEqualTo("NotLeading");
  }

  @Test
  void aPromiseOfAnEarlierTermIsWorthNothing() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);

    lead(6, "n2", "n3");

    assertThat(state(lease.barrier())).isEqualTo("waits");
  }

  @Test
  void aLeaseIsVoidWhenTheMonotonicClockHasStoodStill() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);

    clocks.wallMs += 250;
    assertThat(state(lease.barrier()))
        .as("within what clocks are corrected by")
        .isEqualTo("confirmed");
    clocks.wallMs += 1;
    assertThat(state(lease.barrier())).as("as after a suspension").isEqualTo("waits");

    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).as("with a promise made since").isEqualTo("confirmed");
    clocks.wallMs -= 3_600_000;
    assertThat(state(lease.barrier())).as("when the wall clock is set back").isEqualTo("waits");
  }

  @Test
  void inQuorumModeNoPromiseSparesTheRound() {
    lead(4, "n2", "n3");

    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);

    assertThat(state(lease.barrier())).isEqualTo("waits");
  }

  @Test
  void theLeaseIsKeptWarmWhileNobodyReads() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);
    follower("n3").promises(follower("n3").sends(), ELECTION_TIMEOUT);

    clocks.pass(Duration.ofMillis(200));
    lease.tick();
    assertThat(follower("n2").heartbeatsAskedFor).as("a moment after an append").isZero();

    clocks.pass(Duration.ofMillis(100));
    follower("n3").promises(follower("n3").sends(), ELECTION_TIMEOUT);
    lease.tick();
    assertThat(follower("n2").heartbeatsAskedFor).isEqualTo(1);
    assertThat(follower("n3").heartbeatsAskedFor).as("it was just sent something").isZero();
  }

  @Test
  void afterAReleaseThereIsNoLeaseUntilPromisesAreMadeAnew() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);
    long under = follower("n3").sends();

    CompletableFuture<Void> heard = lease.release();
    assertThat(state(lease.barrier())).isEqualTo("waits");
    assertThat(heard).as("n2 answers, and does not know").isNotDone();
    follower("n3").promises(under, ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("waits");

    long telling = follower("n2").sends();
    assertThat(PromiseField.turn(follower("n2").lastSent)).isEqualTo(1);
    follower("n2").promises(telling, ELECTION_TIMEOUT);
    assertThat(heard).isDone();

    lease.engage();
    assertThat(state(lease.barrier())).as("on promises from before").isEqualTo("waits");
    long anew = follower("n2").sends();
    assertThat(PromiseField.turn(follower("n2").lastSent)).isEqualTo(2);
    follower("n2").promises(anew, ELECTION_TIMEOUT);
    assertThat(state(lease.barrier())).isEqualTo("confirmed");
  }

  @Test
  void aReleaseIsHeardByWhoeverAnswersItAndNotTheOneBefore() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);
    CompletableFuture<Void> first = lease.release();
    long tellingOfTheFirst = follower("n2").sends();
    lease.engage();
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);

    CompletableFuture<Void> second = lease.release();
    follower("n2").promises(tellingOfTheFirst, ELECTION_TIMEOUT);
    assertThat(second).isNotDone();
    follower("n2").promises(follower("n2").sends(), ELECTION_TIMEOUT);
    assertThat(second).isDone();
    assertThat(PromiseField.turn(follower("n2").lastSent)).isEqualTo(3);
    assertThat(first).as("given up by the engagement").isNotDone();
  }

  @Test
  void aReleaseIsRepeatedUntilItEnds() {
    lease = newLease(ReadMode.LEASE);
    lead(4, "n2", "n3");
    CompletableFuture<Void> heard = lease.release();
    assertThat(heard).as("nobody has answered lately").isDone();
    int asked = follower("n2").heartbeatsAskedFor;

    lease.tick();

    assertThat(follower("n2").heartbeatsAskedFor).isGreaterThan(asked);
  }

  private static String state(CompletableFuture<Void> read) {
    if (!read.isDone()) {
      return "waits";
    }
    return read.handle(
            (passed, failure) ->
                failure == null
                    ? "confirmed"
                    : failure.getClass().getSimpleName().replace("Exception", ""))
        .join();
  }

  /** Makes this node the leader of a cluster of it and the others. */
  private void lead(long term, String... others) {
    division.term = term;
    division.leader = true;
    division.ready = true;
    division.members(Stream.concat(Stream.of("n1"), Stream.of(others)).toArray(String[]::new));
    division.previousMembers();
    followers.clear();
    for (String other : others) {
      join(other);
    }
  }

  private Follower join(String name) {
    Follower follower = new Follower(RaftPeerId.valueOf(name));
    followers.put(name, follower);
    return follower;
  }

  private Follower follower(String name) {
    return followers.get(name);
  }

  /** A follower together with the appender that serves it. */
  final class Follower {
    private final RaftPeerId id;
    private final LeaderState observed;
    private final FakeLeaderState ratis = new FakeLeaderState();
    private final LogAppender appender;
    private long calls;
    private int heartbeatsAskedFor;
    private AppendEntriesRequestProto lastSent;

    Follower(RaftPeerId id) {
      this.id = id;
      this.appender = Partial.of(LogAppender.class, new FakeAppender());
      this.observed =
          lease.observe(
              Partial.of(RaftServer.Division.class, division),
              Partial.of(LeaderState.class, ratis),
              id);
      lease.appenderMade(appender, observed);
    }

    /** An append leaves; its call id. */
    long sends() {
      calls++;
      lastSent = observed.newAppendEntriesRequestProto(ANY, List.of(), null, calls);
      return calls;
    }

    void acknowledges(long call) {
      answers(call, AppendResult.SUCCESS, division.term);
    }

    void promises(long call, Duration length) {
      answers(call, AppendResult.SUCCESS, division.term, length);
    }

    void answers(long call, AppendResult result, long term) {
      answers(call, result, term, Duration.ZERO);
    }

    void answers(long call, AppendResult result, long term, Duration promised) {
      AppendEntriesReplyProto reply =
          AppendEntriesReplyProto.newBuilder()
              .setServerReply(RaftRpcReplyProto.newBuilder().setCallId(call))
              .setResult(result)
              .setTerm(term)
              .build();
      observed.onAppendEntriesReply(
          appender, promised.isZero() ? reply : PromiseField.promise(reply, promised));
    }

    void isInTerm(long term, boolean ratisStepsDown) {
      ratis.stepsDown = ratisStepsDown;
      assertThat(observed.onFollowerTerm(ANY, term)).isEqualTo(ratisStepsDown);
    }

    final class FakeAppender {
      RaftPeerId getFollowerId() {
        return id;
      }

      void triggerHeartbeat() {
        heartbeatsAskedFor++;
      }
    }
  }

  static final class FakeLeaderState {
    private boolean stepsDown;

    AppendEntriesRequestProto newAppendEntriesRequestProto(
        FollowerInfo follower, List<LogEntryProto> entries, TermIndex previous, long callId) {
      return AppendEntriesRequestProto.getDefaultInstance();
    }

    void onAppendEntriesReply(LogAppender appender, AppendEntriesReplyProto reply) {}

    boolean onFollowerTerm(FollowerInfo follower, long term) {
      return stepsDown;
    }
  }

  /** Both clocks of this machine. No two moments are the same; otherwise they stand still. */
  static final class TwoClocks {
    private long nanos = Long.MAX_VALUE - 100;
    private long wallMs = 1_800_000_000_000L;

    Moment now() {
      nanos++;
      return new Moment(nanos, wallMs);
    }

    void pass(Duration time) {
      nanos += time.toNanos();
      wallMs += time.toMillis();
    }
  }

  /** What Ratis says of this node. */
  static final class FakeDivision {
    private final RaftPeerId id;
    private final DivisionInfo info = Partial.of(DivisionInfo.class, new Info());
    private final RaftConfiguration configuration =
        Partial.of(RaftConfiguration.class, new Configuration());
    private final List<RaftPeer> members = new ArrayList<>();
    private final List<RaftPeer> previous = new ArrayList<>();
    private long term;
    private boolean leader;
    private boolean ready;

    FakeDivision(String id) {
      this.id = RaftPeerId.valueOf(id);
    }

    void members(String... names) {
      replace(members, names);
    }

    void previousMembers(String... names) {
      replace(previous, names);
    }

    private static void replace(List<RaftPeer> peers, String... names) {
      peers.clear();
      for (String name : names) {
        peers.add(RaftPeer.newBuilder().setId(name).build());
      }
    }

    RaftPeerId getId() {
      return id;
    }

    DivisionInfo getInfo() {
      return info;
    }

    RaftConfiguration getRaftConf() {
      return configuration;
    }

    final class Info {
      boolean isLeader() {
        return leader;
      }

      boolean isLeaderReady() {
        return ready;
      }

      long getCurrentTerm() {
        return term;
      }
    }

    final class Configuration {
      Collection<RaftPeer> getCurrentPeers() {
        return members;
      }

      Collection<RaftPeer> getPreviousPeers() {
        return previous;
      }
    }
  }
}
