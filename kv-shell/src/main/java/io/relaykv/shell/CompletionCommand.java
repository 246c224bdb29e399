package io.relaykv.shell;

import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.Output;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion bash|zsh}. */
@Command(
    name = "completion",
    customSynopsis = "kv-shell completion bash|zsh",
    description = "Prints a script that has the shell complete commands and options of kv-shell.",
    footer = {
      "",
      "For this session:       . <(kv-shell completion bash)",
      "For all sessions:       kv-shell completion bash > ~/.local/share/bash-completion/completions/kv-shell",
      "With zsh, in ~/.zshrc:  . <(kv-shell completion zsh)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(arity = "0..1", paramLabel = "bash|zsh", description = "Which shell.")
  private String shell = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  CompletionCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    // One script for both: in zsh it loads what makes zsh understand bash's.
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw new ShellException(
          shell.isEmpty() ? "no shell" : "no completion for " + shell,
          "kv-shell completion bash or kv-shell completion zsh");
    }
    Output output = context.output();
    output.line(AutoComplete.bash("kv-shell", spec.root().commandLine()));
    output.flush();
    return ExitCodes.OK;
  }
}
