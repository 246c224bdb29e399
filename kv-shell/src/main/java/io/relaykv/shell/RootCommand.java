package io.relaykv.shell;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code kv-shell} itself: what all commands have in common. */
@Command(
    name = "kv-shell",
    versionProvider = ShellVersion.class,
    description = "Reads and writes a RelayKV cluster, and looks after it.",
    customSynopsis = "kv-shell [OPTION..] COMMAND",
    sortOptions = false,
    footerHeading = "%nExit codes:%n",
    footer = {
      "   0  done                          5  unavailable, certainly not applied",
      "   1  key not found                 6  outcome of a write unknown",
      "   2  wrong usage                   7  checked and unhealthy",
      "   3  not allowed by the key       10  internal error",
      "   4  refused by the cluster"
    })
@SuppressWarnings("UnusedVariable") // Picocli reads the fields
final class RootCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions options;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Spec private CommandSpec spec = CommandSpec.create();

  RootCommand(ClusterOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
