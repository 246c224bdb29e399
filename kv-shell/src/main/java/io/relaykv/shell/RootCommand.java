package io.relaykv.shell;

import io.relaykv.shell.command.ClusterOptions;
import io.relaykv.shell.failure.ExitCodes;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
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
    customSynopsis = {
      "kv-shell [OPTION..] COMMAND",
      "       kv-shell [OPTION..] -f FILE|-",
      "       kv-shell [OPTION..]              the prompt, on a terminal"
    },
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
      names = "-f",
      paramLabel = "FILE|-",
      description =
          "Runs the commands of a file or of standard input, one a line, until one does not end with"
              + " 0.")
  private @Nullable String script;

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

  private final ToIntFunction<String> runScript;
  private final Optional<IntSupplier> prompt;

  @Spec private CommandSpec spec = CommandSpec.create();

  /**
   * Makes the command.
   *
   * @param runScript runs the script of this name
   * @param prompt what there is without a command, if not only the help
   */
  RootCommand(
      ClusterOptions options, ToIntFunction<String> runScript, Optional<IntSupplier> prompt) {
    this.options = options;
    this.runScript = runScript;
    this.prompt = prompt;
  }

  /** Whether there is a script, with which no command goes. */
  boolean hasScript() {
    return script != null;
  }

  @Override
  public Integer call() {
    if (script != null) {
      return runScript.applyAsInt(script);
    }
    if (prompt.isPresent()) {
      return prompt.get().getAsInt();
    }
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
