package io.relaykv.tests.nemesis;

import static io.relaykv.tests.nemesis.Nemesis.Aim.CLUSTER;
import static io.relaykv.tests.nemesis.Nemesis.Aim.FOLLOWER;
import static io.relaykv.tests.nemesis.Nemesis.Aim.LEADER;
import static io.relaykv.tests.nemesis.Nemesis.Harm.DESTRUCTIVE;
import static io.relaykv.tests.nemesis.Nemesis.Harm.HARSH;
import static io.relaykv.tests.nemesis.Nemesis.Harm.MILD;

import io.relaykv.testkit.LogFault;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** All kinds of faults. Their names are those that reports and {@code -Dscenario} have. */
public final class Nemeses {
  /** After these, whoever led needs a new term to lead again. */
  private static final Set<String> END_TERMS =
      Set.of(
          "pause-leader",
          "kill-leader",
          "kill-all",
          "cut-power-of-leader",
          "cut-power-of-all",
          "stop-leader",
          "restart-each",
          "isolate-leader",
          "isolate-leader-inbound",
          "isolate-leader-outbound",
          "unplug-leader",
          "fail-fsync-once",
          "fail-writes",
          "replace-leader");

  /** Shorter than {@code raft.election-timeout-min} of the scenarios: nobody else is elected. */
  public static final Nemesis PAUSE_LEADER_SHORTLY =
      onLeader("pause-leader-shortly", HARSH, 200, 400, ProcessFaults::pause);

  /** Longer than the election takes. */
  public static final Nemesis PAUSE_LEADER =
      onLeader("pause-leader", HARSH, 2000, 5000, ProcessFaults::pause);

  public static final Nemesis PAUSE_FOLLOWER =
      onFollower("pause-follower", HARSH, 300, 4000, ProcessFaults::pause);

  public static final Nemesis KILL_LEADER =
      onLeader("kill-leader", HARSH, 300, 2000, ProcessFaults::kill);

  public static final Nemesis KILL_FOLLOWER =
      onFollower("kill-follower", HARSH, 300, 2000, ProcessFaults::killAfterKeys);

  public static final Nemesis KILL_ALL =
      onAll("kill-all", HARSH, 100, 1000, ProcessFaults::killAll);

  public static final Nemesis CUT_POWER_OF_LEADER =
      onLeader("cut-power-of-leader", HARSH, 300, 2000, ProcessFaults::cutPower);

  public static final Nemesis CUT_POWER_OF_ALL =
      onAll("cut-power-of-all", HARSH, 100, 1000, ProcessFaults::cutPowerOfAll);

  public static final Nemesis STOP_LEADER =
      onLeader("stop-leader", HARSH, 300, 1000, ProcessFaults::stop);

  public static final Nemesis RESTART_EACH =
      onAll("restart-each", DESTRUCTIVE, 0, 0, ProcessFaults::restartEach);

  public static final Nemesis ISOLATE_LEADER =
      onLeader("isolate-leader", HARSH, 2000, 5000, LinkFaults::isolate);

  public static final Nemesis ISOLATE_FOLLOWER =
      onFollower("isolate-follower", HARSH, 1000, 4000, LinkFaults::isolate);

  public static final Nemesis ISOLATE_LEADER_INBOUND =
      onLeader("isolate-leader-inbound", HARSH, 2000, 5000, LinkFaults::isolateInbound);

  public static final Nemesis ISOLATE_LEADER_OUTBOUND =
      onLeader("isolate-leader-outbound", HARSH, 2000, 5000, LinkFaults::isolateOutbound);

  public static final Nemesis UNPLUG_LEADER =
      onLeader("unplug-leader", HARSH, 2000, 5000, LinkFaults::isolateFromAll);

  public static final Nemesis CUT_LINK_OF_LEADER =
      onLeader("cut-link-of-leader", HARSH, 2000, 5000, LinkFaults::cutOneLink);

  public static final Nemesis FLAP_LEADER =
      onLeader("flap-leader", HARSH, 3000, 6000, LinkFaults::flap);

  public static final Nemesis DELAY_LINKS =
      onLeader("delay-links", MILD, 2000, 5000, LinkFaults::delay);

  public static final Nemesis LOSE_PACKETS =
      onLeader("lose-packets", MILD, 2000, 5000, LinkFaults::lose);

  public static final Nemesis JUMP_LEADERS_CLOCK =
      onLeader("jump-leaders-clock", MILD, 1000, 3000, ClockFaults::jump);

  public static final Nemesis JUMP_FOLLOWERS_CLOCK =
      onFollower("jump-followers-clock", MILD, 1000, 3000, ClockFaults::jump);

  public static final Nemesis SLOW_DISK_OF_LEADER =
      onLeader("slow-disk-of-leader", MILD, 2000, 4000, DiskFaults::slowFsync);

  public static final Nemesis SLOW_DISK_OF_FOLLOWER =
      onFollower("slow-disk-of-follower", MILD, 2000, 4000, DiskFaults::slowFsync);

  public static final Nemesis FAIL_FSYNC_ONCE =
      onLeader(
          "fail-fsync-once",
          HARSH,
          300,
          1500,
          (scene, victim) -> DiskFaults.fail(scene, victim, LogFault.FSYNC_ONCE));

  public static final Nemesis FAIL_WRITES =
      onLeader(
          "fail-writes",
          HARSH,
          300,
          1500,
          (scene, victim) -> DiskFaults.fail(scene, victim, LogFault.WRITE));

  public static final Nemesis FILL_DISK_OF_LEADER =
      onLeader("fill-disk-of-leader", HARSH, 1000, 3000, DiskFaults::fill);

  public static final Nemesis FILL_DISK_OF_FOLLOWER =
      onFollower("fill-disk-of-follower", HARSH, 1000, 3000, DiskFaults::fill);

  public static final Nemesis DISABLE_KEY =
      onAll("disable-key", MILD, 500, 1500, AccessFaults::disableKey);

  public static final Nemesis DAMAGE_FILES =
      onFollower("damage-files", DESTRUCTIVE, 200, 1000, DataFaults::damage);

  public static final Nemesis LAG = onFollower("lag", DESTRUCTIVE, 0, 500, DataFaults::lag);

  public static final Nemesis REPLACE_FOLLOWER =
      onFollower("replace-follower", DESTRUCTIVE, 0, 500, DataFaults::replace);

  public static final Nemesis REPLACE_LEADER =
      onLeader("replace-leader", DESTRUCTIVE, 0, 500, DataFaults::replace);

  /** Every one. */
  public static final List<Nemesis> ALL =
      List.of(
          PAUSE_LEADER_SHORTLY,
          PAUSE_LEADER,
          PAUSE_FOLLOWER,
          KILL_LEADER,
          KILL_FOLLOWER,
          KILL_ALL,
          CUT_POWER_OF_LEADER,
          CUT_POWER_OF_ALL,
          STOP_LEADER,
          RESTART_EACH,
          ISOLATE_LEADER,
          ISOLATE_FOLLOWER,
          ISOLATE_LEADER_INBOUND,
          ISOLATE_LEADER_OUTBOUND,
          UNPLUG_LEADER,
          CUT_LINK_OF_LEADER,
          FLAP_LEADER,
          DELAY_LINKS,
          LOSE_PACKETS,
          JUMP_LEADERS_CLOCK,
          JUMP_FOLLOWERS_CLOCK,
          SLOW_DISK_OF_LEADER,
          SLOW_DISK_OF_FOLLOWER,
          FAIL_FSYNC_ONCE,
          FAIL_WRITES,
          FILL_DISK_OF_LEADER,
          FILL_DISK_OF_FOLLOWER,
          DISABLE_KEY,
          DAMAGE_FILES,
          LAG,
          REPLACE_FOLLOWER,
          REPLACE_LEADER);

  private Nemeses() {}

  /** The one of that name. */
  public static Nemesis named(String name) {
    return ALL.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no fault is called %s; there are %s".formatted(name, ALL)));
  }

  private static Nemesis onLeader(
      String name,
      Nemesis.Harm harm,
      int minMs,
      int maxMs,
      BiFunction<Scene, String, Strike> means) {
    return of(name, LEADER, harm, minMs, maxMs, scene -> means.apply(scene, scene.leader()));
  }

  private static Nemesis onFollower(
      String name,
      Nemesis.Harm harm,
      int minMs,
      int maxMs,
      BiFunction<Scene, String, Strike> means) {
    return of(name, FOLLOWER, harm, minMs, maxMs, scene -> means.apply(scene, scene.follower()));
  }

  private static Nemesis onAll(
      String name, Nemesis.Harm harm, int minMs, int maxMs, Function<Scene, Strike> means) {
    return of(name, CLUSTER, harm, minMs, maxMs, means);
  }

  private static Nemesis of(
      String name,
      Nemesis.Aim aim,
      Nemesis.Harm harm,
      int minMs,
      int maxMs,
      Function<Scene, Strike> means) {
    return new Nemesis(
        name,
        aim,
        END_TERMS.contains(name),
        harm,
        Duration.ofMillis(minMs),
        Duration.ofMillis(maxMs),
        means);
  }
}
