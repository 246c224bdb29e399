package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.NodeStatus;
import io.relaykv.shell.output.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the cluster is, in plain words.
 *
 * @param word that says it all: Healthy, Degraded, ..
 * @param colour of the word, an SGR parameter
 * @param reason the rest of the sentence
 * @param next what to do about it, none if all is well
 */
public record Verdict(String word, int colour, String reason, List<String> next) {
  public static final int GREEN = 32;
  public static final int YELLOW = 33;
  public static final int RED = 31;

  /** Makes the texts safe: they hold names of nodes. */
  public Verdict {
    reason = SafeText.line(reason);
    next = next.stream().map(SafeText::line).toList();
  }

  public static Verdict of(ClusterStatus status) {
    return switch (status.health()) {
      case HEALTHY -> new Verdict("Healthy", GREEN, serving(status), List.of());
      case DEGRADED -> new Verdict("Degraded", YELLOW, serving(status), nextWhenDegraded(status));
      case UNAVAILABLE -> unavailable(status);
    };
  }

  private static List<String> nextWhenDegraded(ClusterStatus status) {
    List<String> next = new ArrayList<>();
    String down = down(status, " and ");
    if (!down.isEmpty()) {
      next.add("Next: bring back %s; the table says why it does not answer.".formatted(down));
    }
    String alone =
        membersUp(status).stream()
            .filter(node -> !status.joined().contains(node))
            .map(NodeStatus::name)
            .collect(Collectors.joining(" and "));
    if (!alone.isEmpty()) {
      next.add(
          ("Next: wait for %s, which has not found the leader yet. If it stays so, check that it"
                  + " reaches the other nodes' peer ports.")
              .formatted(alone));
    }
    String full =
        status.shortOfDisk().stream().map(NodeStatus::name).collect(Collectors.joining(" and "));
    if (!full.isEmpty()) {
      next.add(
          ("Next: give the disk of %s room, or delete keys; puts are refused while the leader has too"
                  + " little, and a node whose disk is full halts.")
              .formatted(full));
    }
    return next;
  }

  private static Verdict unavailable(ClusterStatus status) {
    int total = status.members().size();
    int majority = status.majority();
    int up = membersUp(status).size();
    if (status.isRestoring() && status.joined().size() >= majority) {
      return unavailable(
          nodesUp(status)
              + ", but a backup is being restored; until that is finished, nobody is served.",
          "Next: wait for it; if it was interrupted, go on with it: kv-shell backup restore FILE");
    }
    if (up >= majority) {
      return unavailable(
          nodesUp(status) + ", but there is no leader.",
          "Next: look again in a few seconds. If it stays so, check that the nodes reach each"
              + " other's peer ports, and read their logs.");
    }
    if (up == 0) {
      return unavailable(
          "None of %d nodes answers.".formatted(total),
          "Next: check that these are the right addresses, and start the nodes.");
    }
    return unavailable(
        nodesUp(status) + "; %d are needed.".formatted(majority),
        "Next: bring back %s; the table says why.".formatted(down(status, " or ")));
  }

  private static Verdict unavailable(String reason, String next) {
    return new Verdict("Unavailable", RED, reason, List.of(next));
  }

  private static String serving(ClusterStatus status) {
    String leader = status.leader().map(Verdict::leader).orElse("unknown");
    int tolerated = status.failuresTolerated();
    return "%s, leader %s%s"
        .formatted(
            nodesUp(status),
            leader,
            tolerated == 0
                ? "; no further node may fail."
                : ", can lose %d more.".formatted(tolerated));
  }

  private static String leader(NodeStatus.Up leader) {
    return leader.shortOfDisk()
        ? leader.name() + " (refuses puts, as its disk is nearly full)"
        : leader.name();
  }

  private static String nodesUp(ClusterStatus status) {
    return String.format(
        Locale.ROOT, "%d of %d nodes up", membersUp(status).size(), status.members().size());
  }

  private static List<NodeStatus> membersUp(ClusterStatus status) {
    return status.members().stream().filter(NodeStatus.Up.class::isInstance).toList();
  }

  private static String down(ClusterStatus status, String conjunction) {
    return status.nodes().stream()
        .filter(NodeStatus.Unreachable.class::isInstance)
        .map(NodeStatus::name)
        .collect(Collectors.joining(conjunction));
  }

  /** The sentence, its first word coloured if {@code coloured}. */
  String line(boolean coloured) {
    String first = word + ".";
    return (coloured ? "\u001b[" + colour + "m" + first + "\u001b[0m" : first) + " " + reason;
  }
}
