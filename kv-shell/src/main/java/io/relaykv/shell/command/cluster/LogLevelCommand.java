package io.relaykv.shell.command.cluster;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.LogLevel;
import io.relaykv.client.NodeStatus;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code log level LEVEL [NODE]}. */
@Command(
    name = "level",
    customSynopsis = "kv-shell [OPTION..] log level LEVEL [NODE]",
    description = {
      "Sets how much nodes log, until they are started again, and prints what it was.",
      "The setting log.level is what they begin with."
    })
final class LogLevelCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      index = "0",
      paramLabel = "LEVEL",
      converter = LogLevelConverter.class,
      description = "error, warn, info, debug or trace.")
  private LogLevel level = LogLevel.INFO;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NODE",
      description = "The name of a node. Default: all nodes.")
  private @Nullable String node;

  LogLevelCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (KvAdmin admin = context.admin();
        Results results = new Results(context.output(), context.format(), "NODE", "WAS")) {
      for (String name : node == null ? all(admin) : List.of(node)) {
        results.add(row(name, admin.setLogLevel(name, level)));
      }
      results.finish();
    }
    return ExitCodes.OK;
  }

  private static List<String> all(KvAdmin admin) {
    return admin.status().nodes().stream().map(NodeStatus::name).toList();
  }

  private static Row row(String name, LogLevel was) {
    String word = LogLevelConverter.word(was);
    return new Row(
        List.of(name + " " + word),
        JsonText.object(
            new TreeMap<>(Map.of("node", JsonText.string(name), "was", JsonText.string(word)))),
        List.of(name, word));
  }
}
