package io.relaykv.tests.scenario;

import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the nodes have printed: no errors but those that a fault explains. */
final class NodeLogs {
  private static final Pattern ERROR = Pattern.compile("^\\S+ ERROR .*");

  /**
   * What is to be logged when it happens.
   *
   * @param faults kinds of faults begin so
   */
  private record Explained(String faults, Pattern line) {}

  private static final List<Explained> EXPLAINED =
      List.of(
          new Explained("fail-", Pattern.compile(".*SegmentedRaftLog.*")),
          new Explained("fail-", Pattern.compile(".*This node halts.*")),
          new Explained("fill-", Pattern.compile(".*SegmentedRaftLog.*")),
          new Explained("fill-", Pattern.compile(".*This node halts.*")));

  private NodeLogs() {}

  /** All that nodes of clusters have printed whose files are below {@code directory}. */
  static String below(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      StringBuilder logs = new StringBuilder();
      for (Path log : files.filter(file -> file.endsWith("log")).toList()) {
        if (Files.isRegularFile(log)) {
          logs.append(Files.readString(log));
        }
      }
      return logs.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void requireNoErrors(KvCluster cluster, List<FaultRecord> faults) {
    for (String node : cluster.nodeIds()) {
      List<String> errors =
          cluster
              .outputOf(node)
              .lines()
              .filter(line -> ERROR.matcher(line).matches())
              .filter(line -> !isExplained(line, faults))
              .toList();
      if (!errors.isEmpty()) {
        throw new RunFailedException(
            Kind.BROKEN_NODE,
            "%s has logged %d errors, among them: %n  %s"
                .formatted(
                    node,
                    errors.size(),
                    String.join("%n  ".formatted(), errors.stream().distinct().limit(5).toList())));
      }
    }
  }

  private static boolean isExplained(String line, List<FaultRecord> faults) {
    return EXPLAINED.stream()
        .anyMatch(
            explained ->
                explained.line().matcher(line).matches()
                    && faults.stream()
                        .anyMatch(fault -> fault.kind().startsWith(explained.faults())));
  }
}
