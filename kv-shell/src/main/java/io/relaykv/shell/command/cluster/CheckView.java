package io.relaykv.shell.command.cluster;

import io.relaykv.client.NodeCheck;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Quantities;
import io.relaykv.shell.output.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the nodes have to say in a replica check, as a sentence, as a table and as JSON. */
final class CheckView {
  /** Enough of a digest for people; JSON has all of it. */
  private static final int DIGEST_CHARACTERS = 16;

  private final ReplicaCheck check;
  private final Optional<String> majority;

  CheckView(ReplicaCheck check) {
    this.check = check;
    this.majority = check.majorityDigest();
  }

  Verdict verdict() {
    if (check.differs()) {
      return majority.isPresent() ? oneIsWrong() : nobodyKnowsWhich();
    }
    int all = check.nodes().size();
    int hashed = check.hashed().size();
    if (check.agrees()) {
      return new Verdict(
          "Agree",
          Verdict.GREEN,
          "All %d nodes hold the same as of log entry %d.".formatted(all, check.index()),
          List.of());
    }
    return new Verdict(
        "Incomplete",
        Verdict.YELLOW,
        "Only %d of %d nodes %s a result as of log entry %d%s"
            .formatted(
                hashed,
                all,
                hashed == 1 ? "has" : "have",
                check.index(),
                hashed > 1 ? "; these hold the same." : "."),
        List.of(
            "Next: see to %s, for the reason in the table, and verify again."
                .formatted(withoutResult())));
  }

  private Verdict oneIsWrong() {
    String differing =
        check.differing().stream().map(NodeCheck::name).collect(Collectors.joining(" and "));
    return new Verdict(
        "Differ",
        Verdict.RED,
        "Not the same as most nodes, as of log entry %d: %s.".formatted(check.index(), differing),
        List.of(
            "Next: stop %s, so that it never leads, and replace it by a new node."
                .formatted(differing)));
  }

  private Verdict nobodyKnowsWhich() {
    String withoutResult = withoutResult();
    return new Verdict(
        "Differ",
        Verdict.RED,
        "The nodes do not hold the same as of log entry %d, and none of the digests has a majority."
            .formatted(check.index()),
        List.of(
            withoutResult.isEmpty()
                ? "Next: replace no node yet; stop writing, and find out which of them is right."
                : "Next: replace no node yet; see to %s, and verify again: it may show who is right."
                    .formatted(withoutResult)));
  }

  private String withoutResult() {
    return check.nodes().stream()
        .filter(Predicate.not(NodeCheck.Hashed.class::isInstance))
        .map(NodeCheck::name)
        .collect(Collectors.joining(" and "));
  }

  /** One line on how far the nodes are. */
  String progress() {
    return check.nodes().stream()
        .map(node -> node.name() + " " + (node instanceof NodeCheck.Hashed ? "done" : reason(node)))
        .collect(Collectors.joining(", ", "as of log entry %d: ".formatted(check.index()), ""));
  }

  Table table() {
    Table table = new Table("NODE", "ADDRESS", "RESULT", "DIGEST");
    check.nodes().forEach(node -> table.add(cells(node)));
    return table;
  }

  private List<String> cells(NodeCheck node) {
    return List.of(
        node.name(),
        node.clientAddress(),
        result(node),
        node instanceof NodeCheck.Hashed hashed
            ? hashed.digest().substring(0, Math.min(DIGEST_CHARACTERS, hashed.digest().length()))
            : reason(node));
  }

  /** One document on the whole check. */
  String document() {
    Map<String, String> members = new LinkedHashMap<>();
    members.put(
        "verdict",
        JsonText.string(check.differs() ? "differ" : check.agrees() ? "agree" : "incomplete"));
    members.put("index", Long.toString(check.index()));
    members.put("majorityDigest", majority.map(JsonText::string).orElse("null"));
    members.put("nodes", JsonText.array(nodes()));
    return JsonText.object(members);
  }

  /** One object for each node. */
  List<String> nodes() {
    return check.nodes().stream().map(this::node).toList();
  }

  private String node(NodeCheck node) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("name", JsonText.string(node.name()));
    members.put("address", JsonText.string(node.clientAddress()));
    members.put("result", JsonText.string(result(node)));
    if (node instanceof NodeCheck.Hashed hashed) {
      members.put("digest", JsonText.string(hashed.digest()));
    } else if (node instanceof NodeCheck.Pending pending) {
      members.put("entriesBehind", Long.toString(pending.entriesBehind()));
      members.put("hashedBytes", Long.toString(pending.hashedBytes()));
    } else {
      members.put("cause", JsonText.string(reason(node)));
    }
    return JsonText.object(members);
  }

  private String result(NodeCheck node) {
    if (node instanceof NodeCheck.Hashed hashed) {
      return majority.map(most -> most.equals(hashed.digest()) ? "same" : "differs").orElse("?");
    }
    if (node instanceof NodeCheck.Pending) {
      return "pending";
    }
    return node instanceof NodeCheck.Unreachable ? "down" : "none";
  }

  private static String reason(NodeCheck node) {
    if (node instanceof NodeCheck.Pending pending) {
      return pending.entriesBehind() > 0
          ? "%d entries behind".formatted(pending.entriesBehind())
          : "has hashed " + Quantities.bytes(pending.hashedBytes());
    }
    if (node instanceof NodeCheck.NoResult none) {
      return none.cause();
    }
    return node instanceof NodeCheck.Unreachable unreachable ? unreachable.cause() : "";
  }
}
