package io.relaykv.shell;

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
  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Its name.")
  private String name = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandLine shell = spec.parent().commandLine();
    CommandLine command = name.isEmpty() ? shell : shell.getSubcommands().get(name);
    if (command == null) {
      throw new ParameterException(shell, "no such command: " + name);
    }
    command.usage(shell.getOut());
    return ExitCodes.OK;
  }
}
