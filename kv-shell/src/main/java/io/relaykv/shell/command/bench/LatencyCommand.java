package io.relaykv.shell.command.bench;

import io.relaykv.client.KvClient;
import io.relaykv.shell.bench.LatencyProbe;
import io.relaykv.shell.bench.Measurement;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code latency}. */
@Command(
    name = "latency",
    customSynopsis = "kv-shell [OPTION..] latency [--count N]",
    description = {
      "Tells in one line how long puts and gets take, one at a time.",
      "It uses a key of its own, below " + BenchKeys.PREFIX + ", and removes it at the end."
    })
final class LatencyCommand implements Callable<Integer> {
  private static final int MAX_COUNT = 1_000_000;

  private final CommandContext context;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "So many puts and so many gets. Default: ${DEFAULT-VALUE}.")
  private int count = 200;

  LatencyCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (count < 1 || count > MAX_COUNT) {
      throw new ShellException(
          "--count is %d; allowed is 1 to %,d".formatted(count, MAX_COUNT), "");
    }
    Measurement measurement;
    try (KvClient client = context.client()) {
      measurement = LatencyProbe.of(client, BenchKeys.newPrefix() + "latency", count);
    }
    new LatencyView(measurement).print(context.output(), context.format());
    return ExitCodes.OK;
  }
}
