package io.relaykv.shell.command.bench;

import io.relaykv.shell.command.CommandContext;
import picocli.CommandLine;

/** Makes the commands that measure a cluster. */
public final class BenchCommands {
  private BenchCommands() {}

  /** {@code bench}. */
  public static CommandLine bench(CommandContext context) {
    return new CommandLine(new BenchCommand(context));
  }

  /** {@code latency}. */
  public static CommandLine latency(CommandContext context) {
    return new CommandLine(new LatencyCommand(context));
  }
}
