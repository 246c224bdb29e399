package io.relaykv.shell;

import io.relaykv.shell.failure.ExitCodes;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code help [COMMAND]}; Picocli's own does not get along with an inherited {@code --help}. */
@Command(
    name = "help",
    customSynopsis = "kv-shell help [COMMAND]",
    description = "Shows the help of a command.")
final class HelpCommand implements Callable<Integer> {
  @Parameters(arity = "0..2", paramLabel = "COMMAND", description = "Its name.")
  private List<String> names = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandLine shell = spec.parent().commandLine();
    CommandLine command = shell;
    for (String name : names) {
      command = command.getSubcommands().get(name);
      if (command == null) {
        throw new ParameterException(shell, "no such command: " + String.join(" ", names));
      }
    }
    command.usage(shell.getOut());
    return ExitCodes.OK;
  }
}
