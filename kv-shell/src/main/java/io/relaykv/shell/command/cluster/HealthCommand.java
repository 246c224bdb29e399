package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.NodeStatus;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.SpanConverter;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code health}. */
@Command(
    name = "health",
    customSynopsis = "kv-shell [OPTION..] health [--within TIME]",
    description = {
      "Tells in one line whether the cluster is healthy: all members are up, follow a leader, have"
          + " room on their disks, and lack no more than 1,000 log entries.",
      "Exit code 0 if so, otherwise 7. For scripts that go on only when all is well again."
    },
    footer = {"", "  kv-shell health --within 1m && ssh kv2 systemctl restart kv-server"})
final class HealthCommand implements Callable<Integer> {
  private static final long MAX_LAG = 1_000;
  private static final long LOOK_MS = 500;

  private final CommandContext context;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      converter = SpanConverter.class,
      description = "Wait for so long until it is.")
  private Duration within = Duration.ZERO;

  HealthCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    String told = "";
    try (KvAdmin admin = context.admin()) {
      while (true) {
        ClusterStatus status = admin.status();
        List<NodeStatus.Up> behind = behind(status);
        boolean healthy = status.health() == Health.HEALTHY && behind.isEmpty();
        if (healthy || System.nanoTime() - end >= 0) {
          print(status, behind, healthy);
          return healthy ? ExitCodes.OK : ExitCodes.UNHEALTHY;
        }
        String line = verdict(status, behind).line(false);
        if (!line.equals(told)) {
          told = line;
          context.note(line);
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    }
  }

  private static List<NodeStatus.Up> behind(ClusterStatus status) {
    long highest = status.up().stream().mapToLong(NodeStatus.Up::appliedIndex).max().orElse(0);
    return status.joined().stream()
        .filter(node -> highest - node.appliedIndex() > MAX_LAG)
        .toList();
  }

  private static Verdict verdict(ClusterStatus status, List<NodeStatus.Up> behind) {
    if (status.health() != Health.HEALTHY || behind.isEmpty()) {
      return Verdict.of(status);
    }
    return new Verdict(
        "Degraded",
        Verdict.YELLOW,
        "%s not caught up yet."
            .formatted(
                behind.size() == 1
                    ? behind.get(0).name() + " has"
                    : names(behind, " and ") + " have"),
        List.of());
  }

  private static String names(List<NodeStatus.Up> nodes, String conjunction) {
    return String.join(conjunction, nodes.stream().map(NodeStatus::name).toList());
  }

  private void print(ClusterStatus status, List<NodeStatus.Up> behind, boolean healthy) {
    Verdict verdict = verdict(status, behind);
    Map<String, String> members = new LinkedHashMap<>();
    members.put("healthy", Boolean.toString(healthy));
    members.put("verdict", JsonText.string(verdict.line(false)));
    members.put(
        "behind",
        JsonText.array(behind.stream().map(node -> JsonText.string(node.name())).toList()));
    Row row =
        new Row(
            List.of(verdict.line(false)),
            JsonText.object(members),
            List.of(healthy ? "yes" : "no", verdict.line(false)));
    try (Results results = new Results(context.output(), context.format(), "HEALTHY", "VERDICT")) {
      results.add(row);
      results.finishSingle();
    }
  }
}
