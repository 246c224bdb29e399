package io.relaykv.shell.command.data;

import io.relaykv.shell.command.CommandContext;
import picocli.CommandLine;

/** Makes the commands that read and write data. */
public final class DataCommands {
  private DataCommands() {}

  /** {@code get}. */
  public static CommandLine get(CommandContext context) {
    return new CommandLine(new GetCommand(context));
  }

  /** {@code put}. */
  public static CommandLine put(CommandContext context) {
    // The text of -s may look like an option.
    return new CommandLine(new PutCommand(context)).setAllowOptionsAsOptionParameters(true);
  }

  /** {@code delete}. */
  public static CommandLine delete(CommandContext context) {
    return new CommandLine(new DeleteCommand(context));
  }

  /** {@code keys}. */
  public static CommandLine keys(CommandContext context) {
    return new CommandLine(new KeysCommand(context));
  }

  /** {@code export}. */
  public static CommandLine exportData(CommandContext context) {
    return new CommandLine(new ExportCommand(context));
  }

  /** {@code import}. */
  public static CommandLine importData(CommandContext context) {
    return new CommandLine(new ImportCommand(context));
  }
}
