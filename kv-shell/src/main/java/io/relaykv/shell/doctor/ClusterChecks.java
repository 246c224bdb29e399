package io.relaykv.shell.doctor;

import io.relaykv.client.ClusterMember;
import io.relaykv.client.ClusterMembers;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.ReplicaCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Judges what the nodes have said of themselves and of each other. */
public final class ClusterChecks {
  private static final String CLUSTER = "cluster";
  private static final long MAX_LAG = 1_000;
  private static final double LITTLE_DISK = 0.1;
  private static final Duration SILENT = Duration.ofSeconds(2);

  /** Sessions and the expiry of API keys go by the leader's clock. */
  private static final Duration CLOCK_WARNING = Duration.ofSeconds(1);

  private static final Duration CLOCK_PROBLEM = Duration.ofMinutes(1);

  private final List<Finding> findings = new ArrayList<>();
  private final ClusterStatus status;

  private ClusterChecks(ClusterStatus status) {
    this.status = status;
  }

  /**
   * Judges.
   *
   * @param earlier what the nodes have said some time before
   * @param status what they say now
   * @param apart how long lay between the two
   * @param members as the leader sees them, if there is one
   * @param lastCheck the last comparison of replicas
   */
  public static List<Finding> of(
      ClusterStatus earlier,
      ClusterStatus status,
      Duration apart,
      Optional<ClusterMembers> members,
      ReplicaCheck lastCheck) {
    ClusterChecks checks = new ClusterChecks(status);
    checks.reachable();
    checks.leader(earlier, apart);
    members.ifPresent(checks::peers);
    checks.lag();
    checks.disks();
    checks.clocks();
    checks.versions();
    checks.replicas(lastCheck);
    return List.copyOf(checks.findings);
  }

  private void reachable() {
    for (NodeStatus node : status.nodes()) {
      if (node instanceof NodeStatus.Unreachable down) {
        findings.add(
            Finding.problem(
                "client port",
                node.name(),
                node.clientAddress() + ": " + down.cause(),
                "start the node, or mend the way to " + node.clientAddress()));
      } else if (node instanceof NodeStatus.Up up && up.role() == NodeStatus.Role.JOINING) {
        findings.add(
            Finding.warning(
                "client port",
                node.name(),
                "answers at " + node.clientAddress() + ", and waits to become a member",
                "its log names the command: kv-shell member add %s ..".formatted(node.name())));
      } else {
        findings.add(Finding.ok("client port", node.name(), "answers at " + node.clientAddress()));
      }
    }
  }

  private void leader(ClusterStatus earlier, Duration apart) {
    Optional<NodeStatus.Up> leader = status.leader();
    if (leader.isEmpty()) {
      findings.add(
          Finding.problem(
              "leader",
              CLUSTER,
              "there is none",
              "bring back a majority of the nodes; if they are up, see that they reach each other's"
                  + " peer ports"));
    } else {
      steadiness(leader.get(), term(earlier), term(status), apart);
    }
    for (NodeStatus.Up node : status.up()) {
      if (leader.isPresent() && node.role() != NodeStatus.Role.JOINING && node.leader().isEmpty()) {
        findings.add(
            Finding.problem(
                "leader",
                node.name(),
                "has not found it",
                "see that %s and the other nodes reach each other's peer ports"
                    .formatted(node.name())));
      }
    }
  }

  private void steadiness(NodeStatus.Up leader, long before, long now, Duration apart) {
    if (now > before) {
      findings.add(
          Finding.warning(
              "leader",
              CLUSTER,
              "%s leads, and the term went from %d to %d within %s"
                  .formatted(leader.name(), before, now, seconds(apart)),
              "if it goes on: look for a node that is overloaded or paused, and for connections"
                  + " between the nodes that break"));
    } else {
      findings.add(
          Finding.ok("leader", CLUSTER, "%s, in term %d".formatted(leader.name(), leader.term())));
    }
  }

  private static long term(ClusterStatus of) {
    return of.up().stream().mapToLong(NodeStatus.Up::term).max().orElse(Long.MAX_VALUE);
  }

  /** The peer ports: from here they are seldom reached, and need not be. The leader knows. */
  private void peers(ClusterMembers members) {
    for (ClusterMember member : members.members()) {
      if (member.leads()) {
        continue;
      }
      if (member.silent().compareTo(SILENT) > 0) {
        findings.add(
            Finding.problem(
                "peer port",
                member.name(),
                "the leader %s has not heard from it for %s"
                    .formatted(members.leader(), seconds(member.silent())),
                "if the node is up, see that %s reaches %s, and the other way round"
                    .formatted(members.leader(), member.peerAddress())));
      } else {
        findings.add(
            Finding.ok(
                "peer port", member.name(), "the leader hears from it at " + member.peerAddress()));
      }
    }
  }

  private void lag() {
    long highest = status.up().stream().mapToLong(NodeStatus.Up::appliedIndex).max().orElse(0);
    for (NodeStatus.Up node : status.joined()) {
      long behind = highest - node.appliedIndex();
      if (behind > MAX_LAG) {
        findings.add(
            Finding.warning(
                "lag",
                node.name(),
                "%d log entries behind".formatted(behind),
                "wait: kv-shell health --within 5m; if it does not catch up, look at its disk"));
      } else {
        findings.add(Finding.ok("lag", node.name(), "%d log entries behind".formatted(behind)));
      }
    }
  }

  private void disks() {
    for (NodeStatus.Up node : status.up()) {
      String free =
          "%s free of %s".formatted(bytes(node.diskFreeBytes()), bytes(node.diskTotalBytes()));
      if (node.shortOfDisk()) {
        findings.add(
            Finding.problem(
                "disk",
                node.name(),
                free + "; as the leader it refuses puts",
                "give the disk room, or delete keys"));
      } else if (node.diskFreeBytes() < LITTLE_DISK * node.diskTotalBytes()) {
        findings.add(
            Finding.warning("disk", node.name(), free, "give the disk room before it is full"));
      } else {
        findings.add(Finding.ok("disk", node.name(), free));
      }
    }
  }

  /** Against the middle one: whoever is wrong, most are right. */
  private void clocks() {
    Map<String, Duration> ahead = new TreeMap<>();
    status.up().forEach(node -> node.clockAhead().ifPresent(by -> ahead.put(node.name(), by)));
    if (ahead.isEmpty()) {
      return;
    }
    List<Duration> sorted = ahead.values().stream().sorted().toList();
    Duration middle = sorted.get(sorted.size() / 2);
    ahead.forEach((name, by) -> clock(name, by.minus(middle), "the others"));
    clock("this machine", middle.negated(), "the nodes");
  }

  private void clock(String whose, Duration ahead, String than) {
    Duration off = ahead.abs();
    if (off.compareTo(CLOCK_WARNING) < 0) {
      findings.add(
          Finding.ok("clock", whose, "less than %s off".formatted(seconds(CLOCK_WARNING))));
      return;
    }
    String found =
        "%s %s %s".formatted(seconds(off), ahead.isNegative() ? "behind" : "ahead of", than);
    String next = "have its time kept: chrony, or systemd-timesyncd";
    findings.add(
        off.compareTo(CLOCK_PROBLEM) < 0
            ? Finding.warning("clock", whose, found, next)
            : Finding.problem("clock", whose, found, next));
  }

  private void versions() {
    Map<String, List<String>> nodes =
        status.up().stream()
            .collect(
                Collectors.groupingBy(
                    NodeStatus.Up::version,
                    TreeMap::new,
                    Collectors.mapping(NodeStatus.Up::name, Collectors.toList())));
    if (nodes.size() > 1) {
      String found =
          nodes.entrySet().stream()
              .map(
                  entry ->
                      "%s on %s".formatted(entry.getKey(), String.join(", ", entry.getValue())))
              .collect(Collectors.joining("; "));
      findings.add(
          Finding.warning("version", CLUSTER, found, "bring the others to the newest version"));
    } else if (!nodes.isEmpty()) {
      findings.add(
          Finding.ok("version", CLUSTER, nodes.keySet().iterator().next() + " on all that answer"));
    }
  }

  private void replicas(ReplicaCheck last) {
    if (last.differs()) {
      String differing =
          last.differing().stream().map(NodeCheck::name).collect(Collectors.joining(" and "));
      findings.add(
          Finding.problem(
              "replicas",
              differing.isEmpty() ? CLUSTER : differing,
              "not the same as the others, as of log entry %d".formatted(last.index()),
              "kv-shell verify, and what docs/verify.md says of it"));
    } else if (last.index() == 0) {
      findings.add(
          Finding.ok("replicas", CLUSTER, "not compared since the nodes started: kv-shell verify"));
    } else {
      findings.add(
          Finding.ok(
              "replicas",
              CLUSTER,
              "%d of %d nodes have a result as of log entry %d, and hold the same"
                  .formatted(last.hashed().size(), last.nodes().size(), last.index())));
    }
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%,.1f s", duration.toMillis() / 1e3);
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f GiB", bytes / (double) (1 << 30));
  }
}
