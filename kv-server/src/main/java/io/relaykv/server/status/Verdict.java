package io.relaykv.server.status;

import io.relaykv.server.status.NodeView.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the cluster is as one node sees it, in plain words.
 *
 * @param word that says it all
 * @param text the rest of it, in sentences
 * @param next what the operator does about it; empty if there is nothing to do
 */
record Verdict(Health health, String word, String text, List<String> next) {
  Verdict {
    next = List.copyOf(next);
  }

  /** How it is, for scripts. */
  enum Health {
    HEALTHY,
    DEGRADED,
    UNAVAILABLE,
    JOINING;

    String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Something that is not as it should be, and what to do about it. */
  private record Finding(String fault, String next) {}

  /**
   * Judges.
   *
   * @param restoring whether a restore of a backup is under way
   */
  static Verdict of(ClusterView view, boolean restoring) {
    if (!view.isMember()) {
      return new Verdict(
          Health.JOINING,
          "Waiting to be added",
          "%s is not a member of cluster %s yet; it serves nobody."
              .formatted(view.self(), view.name()),
          List.of("Run kv-shell member add: the log of %s has the line.".formatted(view.self())));
    }
    if (view.leader() != null && view.confirmed()) {
      return restoring ? restoring(view) : served(view);
    }
    return view.up().size() < view.majority() ? withoutMajority(view) : withoutLeader(view);
  }

  private static Verdict restoring(ClusterView view) {
    return new Verdict(
        Health.UNAVAILABLE,
        "Restoring",
        "%d of %d nodes up, %s leads; a backup is being restored, and until that is finished nobody is served."
            .formatted(view.up().size(), view.nodes().size(), view.leader()),
        List.of(
            "Wait for it. If it was interrupted, go on with it: kv-shell backup restore FILE, with the same file."));
  }

  private static Verdict served(ClusterView view) {
    List<Finding> findings =
        Stream.of(down(view), behind(view), full(view)).flatMap(Optional::stream).toList();
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "%d of %d nodes up, %s leads; %s."
            .formatted(view.up().size(), view.nodes().size(), view.leader(), spare(view)));
    findings.forEach(finding -> sentences.add(finding.fault()));
    return new Verdict(
        findings.isEmpty() ? Health.HEALTHY : Health.DEGRADED,
        findings.isEmpty() ? "Healthy" : "Degraded",
        String.join(" ", sentences),
        findings.stream().map(Finding::next).toList());
  }

  /** One that catches up does not count: it may have to, before the cluster can go on. */
  private static String spare(ClusterView view) {
    long level = view.up().stream().filter(node -> !node.isCatchingUp()).count();
    return level > view.majority()
        ? "%d more may fail".formatted(level - view.majority())
        : "no further node may fail";
  }

  private static Optional<Finding> down(ClusterView view) {
    return among(
        view,
        node -> !node.up(),
        down ->
            new Finding(
                "%s %s not answer.".formatted(and(down), down.size() == 1 ? "does" : "do"),
                "Start %s again. If it runs already, its log says why the others do not hear of it; a node that has lost its disk is replaced by one with a new name."
                    .formatted(and(down))));
  }

  private static Optional<Finding> behind(ClusterView view) {
    return among(
        view,
        node -> node.up() && node.isCatchingUp(),
        behind ->
            new Finding(
                behind.stream()
                    .map(
                        node ->
                            String.format(
                                Locale.ROOT,
                                "%s is %,d entries behind.",
                                node.id(),
                                node.behindEntries()))
                    .collect(Collectors.joining(" ")),
                "Wait until %s has caught up, and stop no other node before."
                    .formatted(and(behind))));
  }

  private static Optional<Finding> full(ClusterView view) {
    return among(
        view,
        node -> node.up() && node.card().getShortOfDisk(),
        full -> {
          boolean leads = full.stream().anyMatch(node -> node.role() == Role.LEADER);
          return new Finding(
              "The disk of %s is nearly full%s."
                  .formatted(
                      and(full), leads ? ", so puts are refused while gets and deletes go on" : ""),
              "Give the disk of %s room, or delete keys: a node whose disk is full halts."
                  .formatted(and(full)));
        });
  }

  private static Optional<Finding> among(
      ClusterView view, Predicate<NodeView> which, Function<List<NodeView>, Finding> finding) {
    List<NodeView> found = view.nodes().stream().filter(which).toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(finding.apply(found));
  }

  private static Verdict withoutMajority(ClusterView view) {
    List<NodeView> down = view.down();
    int missing = view.majority() - view.up().size();
    String at =
        view.ownView()
            .map(own -> "; %s listens at %s".formatted(own.id(), own.peerAddress()))
            .orElse("");
    return new Verdict(
        Health.UNAVAILABLE,
        "Unavailable",
        "%s hears nothing of %s, and %d of %d nodes must be up. Reads and writes are refused; nothing that was acknowledged is lost."
            .formatted(view.self(), and(down), view.majority(), view.nodes().size()),
        List.of(
            "Start %s again; the cluster then goes on by itself.".formatted(some(missing, down)),
            "If they run already, %s is cut off from them: check that the nodes reach each other's peer ports%s."
                .formatted(view.self(), at)));
  }

  private static Verdict withoutLeader(ClusterView view) {
    return new Verdict(
        Health.UNAVAILABLE,
        "Unavailable",
        "%s %d of %d nodes are up, which is enough to have one; until then reads and writes are refused."
            .formatted(whyNobodyLeads(view), view.up().size(), view.nodes().size()),
        List.of(
            "Look again in a few seconds. If it stays so, check that the nodes reach each other's peer ports, and read their logs."));
  }

  private static String whyNobodyLeads(ClusterView view) {
    if (view.leader() == null) {
      return "There is no leader at the moment.";
    }
    if (view.leads()) {
      return "%s leads, but no majority has confirmed it lately.".formatted(view.self());
    }
    return view.leader().equals(view.self())
        ? "%s has been elected and does not serve yet.".formatted(view.self())
        : "%s has not heard of its leader %s lately.".formatted(view.self(), view.leader());
  }

  private static String some(int count, List<NodeView> nodes) {
    if (count == nodes.size()) {
      return and(nodes);
    }
    return count == 1 ? joined(nodes, " or ") : "%d of %s".formatted(count, and(nodes));
  }

  private static String and(List<NodeView> nodes) {
    return joined(nodes, " and ");
  }

  private static String joined(List<NodeView> nodes, String conjunction) {
    List<String> names = nodes.stream().map(NodeView::id).toList();
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + conjunction + names.get(last);
  }
}
