package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.relaykv.tests.nemesis.Lead;
import io.relaykv.tests.nemesis.Nemeses;
import io.relaykv.tests.nemesis.Nemesis;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error that no fault explains must not hide behind one that does. */
class NodeLogsTest {
  private static final String HALTS =
      "2026-03-01T10:00:05.000Z ERROR FatalHandler - This node halts: the log failed";

  @Test
  void acceptsThatANodeHaltsWhoseLogFails() {
    assertThatNoException()
        .isThrownBy(() -> check("n1", HALTS, fault(Nemeses.FAIL_FSYNC_ONCE, "n1")));
    assertThatNoException()
        .isThrownBy(() -> check("n1", HALTS, fault(Nemeses.FILL_DISK_OF_LEADER, "n1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LeaderElection - n1@group-0-LeaderElection2: Failed, state=RUNNING",
        "SnapshotInstallationHandler - n1@group-01084A7A3852: installSnapshot failed",
        "RaftStorageImpl - Failed writing configuration to file:raft-meta.conf"
      })
  void acceptsWhatFailsForWantOfRoom(String what) {
    String failed = "2026-03-01T10:00:05.000Z ERROR " + what;
    assertThatNoException()
        .isThrownBy(() -> check("n1", failed, fault(Nemeses.FILL_DISK_OF_FOLLOWER, "n1")));
    isBroken("n1", failed, fault(Nemeses.PAUSE_LEADER, "n1"));
  }

  @Test
  void acceptsItInTheMillisecondInWhichTheFaultStruck() {
    assertThatNoException()
        .isThrownBy(
            () ->
                check(
                    "n1",
                    HALTS.replace("05.000Z", "04.000Z"),
                    fault(Nemeses.FAIL_FSYNC_ONCE, "n1")));
  }

  @Test
  void refusesItOfAnotherNode() {
    isBroken("n2", HALTS, fault(Nemeses.FAIL_FSYNC_ONCE, "n1"));
  }

  @Test
  void refusesItBeforeTheFaultAndAfterIt() {
    FaultRecord fault = fault(Nemeses.FAIL_FSYNC_ONCE, "n1");
    isBroken("n1", HALTS.replace("05.000Z", "03.999Z"), fault);
    isBroken("n1", HALTS.replace("05.000Z", "06.001Z"), fault);
  }

  @Test
  void refusesItWithAFaultThatLeavesTheLogAlone() {
    isBroken("n1", HALTS, fault(Nemeses.KILL_LEADER, "n1"));
  }

  @Test
  void refusesAnyOtherError() {
    isBroken(
        "n1",
        "2026-03-01T10:00:05.000Z ERROR ReadLane - A read has failed",
        fault(Nemeses.FAIL_FSYNC_ONCE, "n1"));
  }

  private static void isBroken(String node, String line, FaultRecord fault) {
    assertThatExceptionOfType(RunFailedException.class)
        .isThrownBy(() -> check(node, line, fault))
        .withMessageContaining(line)
        .matches(failure -> failure.kind() == RunFailedException.Kind.BROKEN_NODE);
  }

  private static void check(String node, String line, FaultRecord fault) {
    NodeLogs.requireNoErrors(
        node, "2026-03-01T10:00:01.000Z INFO  KvNode - leads\n" + line + "\n", List.of(fault));
  }

  /** From 10:00:04.0005 to 10:00:06. */
  private static FaultRecord fault(Nemesis kind, String victim) {
    return new FaultRecord(
        kind,
        Set.of(victim),
        new Lead(Optional.of(victim), 1),
        false,
        2,
        1,
        2,
        Instant.parse("2026-03-01T10:00:04.0005Z"),
        Instant.parse("2026-03-01T10:00:06Z"),
        Optional.of("it halted"));
  }
}
