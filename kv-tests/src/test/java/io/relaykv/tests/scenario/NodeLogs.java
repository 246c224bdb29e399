package io.relaykv.tests.scenario;

import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the nodes have logged, those too that are members no more: no errors but those that a fault
 * explains, on the node that it struck, and while it lasted.
 */
final class NodeLogs {
  /** The time to the millisecond, in UTC, as the nodes' logs have it. */
  private static final Pattern ERROR = Pattern.compile("^(\\S+) ERROR .*");

  /** What a log on a failing or full disk makes a node say; kinds of such faults begin so. */
  private static final List<String> OF_THE_LOG = List.of("fail-", "fill-");

  private static final Pattern LOG_FAILS =
      Pattern.compile(
          "SegmentedRaftLog|LeaderElection\\d+: Failed|: installSnapshot failed"
              + "|RaftStorageImpl - Failed writing|This node halts");

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
    for (String node : cluster.everyNodeId()) {
      requireNoErrors(node, cluster.outputOf(node), faults);
    }
  }

  static void requireNoErrors(String node, String output, List<FaultRecord> faults) {
    List<String> errors =
        output.lines().filter(line -> isUnexplainedError(node, line, faults)).toList();
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

  private static boolean isUnexplainedError(String node, String line, List<FaultRecord> faults) {
    Matcher error = ERROR.matcher(line);
    if (!error.matches()) {
      return false;
    }
    // Of the whole millisecond that the log names, the end.
    Instant time = Instant.parse(error.group(1)).plusNanos(999_999);
    return !LOG_FAILS.matcher(line).find()
        || faults.stream()
            .filter(fault -> OF_THE_LOG.stream().anyMatch(fault.kind()::startsWith))
            .filter(fault -> fault.victims().contains(node))
            .noneMatch(fault -> !time.isBefore(fault.from()) && !time.isAfter(fault.until()));
  }
}
