package io.relaykv.shell;

import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import picocli.CommandLine.Command;

/** {@code shell}. */
@Command(
    name = "shell",
    customSynopsis = {"kv-shell [OPTION..] shell", "       kv-shell [OPTION..]"},
    description = {
      "The prompt: commands one after the other, with one connection. TAB completes commands, options,"
          + " keys and names of nodes; Ctrl-C leaves a command, Ctrl-D the prompt.",
      "A line that begins with a blank is not kept in the history,"
          + " ~/.local/state/relaykv/history."
    },
    footer = {"", "  kv-shell --config staging.conf shell"})
final class ShellCommand implements Callable<Integer> {
  private final IntSupplier prompt;

  /**
   * Makes the command.
   *
   * @param prompt runs the prompt until it is left
   */
  ShellCommand(IntSupplier prompt) {
    this.prompt = prompt;
  }

  @Override
  public Integer call() {
    return prompt.getAsInt();
  }
}
