package io.relaykv.tests.scenario;

import io.relaykv.tests.mutation.Bug;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The test of the tests: a known bug is put back, and the scenario or the test that is meant for it
 * must fail, by what the bug does, and pass without it ({@link BugHunt}). {@code -Dmutation=NAME}
 * tries one alone.
 */
@Tag("mutation")
class MutationsIT {
  private static final Path RUNS = Path.of("target", "runs", "mutations");
  private static final List<String> CAUGHT = new ArrayList<>();

  private static Trap trapFor(Bug bug) {
    return switch (bug) {
      case RATIS_READS ->
          scenario("isolate-leader,isolate-leader,isolate-leader", Kind.NOT_LINEARIZABLE);
      case RATIS_LINEARIZABLE_READS ->
          test(
              "fault.IsolatedLeaderIT#itServesNothingThatIsOld(java.nio.file.Path)",
              "^\\[reads of the old value that began after the new one was acknowledged, round ");
      case LEASE_WITHOUT_PROMISE ->
          test(
              "fault.DelayedVoteIT#aVoterThatHasJustAcknowledgedTheLeaderElectsNobodyElse(java.nio.file.Path)",
              "^\\[stale reads\\] ");
      case SESSIONS_OFF ->
          test(
              "fault.RetriedWritesIT#aRetryAfterALeaderChangeAndAfterARestartFromASnapshotDoesNotBringAnOldValueBack(java.nio.file.Path)",
              "^\\[after a change of leader\\] .*old");
      case SESSIONS_NOT_LOADED ->
          test(
              "fault.RetriedWritesIT#aRetryAtANodeThatKnowsTheWriteFromASnapshotOnlyDoesNotBringAnOldValueBack(java.nio.file.Path)",
              "^\\[after a change to a leader with a snapshot\\] .*old");
      case APPLIED_INDEX_BEFORE_DATA ->
          scenario("kill-all", Kind.LOST, Kind.NOT_LINEARIZABLE, Kind.DIFFERENT);
      case APPLIED_INDEX_AFTER_DATA -> scenario("kill-follower,kill-follower", Kind.DIFFERENT);
      case ACK_BEFORE_COMMIT -> scenario("kill-leader", Kind.NOT_LINEARIZABLE, Kind.LOST);
      case FSYNC_SKIPPED ->
          scenario("cut-power-of-all", Kind.LOST, Kind.NOT_LINEARIZABLE, Kind.NOT_SERVING);
      case TIMEOUT_REPORTED_AS_FAILURE ->
          scenario("pause-leader,pause-leader", Kind.NOT_LINEARIZABLE);
      case INSTALL_KEEPS_OLD_DATABASE -> scenario("lag", Kind.DIFFERENT, Kind.NOT_LINEARIZABLE);
      case ACCOUNT_PREFIX_DROPPED -> scenario("kill-follower", Kind.NOT_LINEARIZABLE);
      case SNAPSHOT_DIGEST_NOT_CHECKED ->
          test(
              "fault.SnapshotTransferIT#aDamagedSnapshotIsNotPassedOnButHaltsWhoeverHasIt(java.nio.file.Path)",
              "^\\[runs on and has passed on what it has\\] ");
      case QUOTA_NOT_COUNTED ->
          test(
              "security.RevocationIT#anAccountHoldsNoMoreThanItMay",
              "^\\[a put beyond the limit\\] Expecting actual not to be null");
    };
  }

  private static Trap scenario(String text, Kind... kinds) {
    return new ScenarioTrap(text, Set.of(kinds));
  }

  private static Trap test(String name, String failure) {
    return new TestTrap("io.relaykv.tests." + name, Pattern.compile(failure));
  }

  static Stream<Bug> bugs() {
    String only = System.getProperty("mutation");
    return only == null ? Stream.of(Bug.values()) : Stream.of(Bug.valueOf(only));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void isCaught(Bug bug) throws Exception {
    String caught = new BugHunt(bug, trapFor(bug), RUNS).run();
    System.out.println(caught);
    CAUGHT.add(caught);
  }

  @AfterAll
  static void tell() {
    System.out.println("Mutations\n  " + String.join("\n  ", CAUGHT));
  }
}
