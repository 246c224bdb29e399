package io.relaykv.shell.command.account;

import io.relaykv.shell.command.CommandContext;
import picocli.CommandLine;

/** Makes the commands for accounts and their API keys. */
public final class AccountCommands {
  private AccountCommands() {}

  /** {@code account ..}. */
  public static CommandLine accounts(CommandContext context) {
    return new CommandLine(new AccountCommand())
        .addSubcommand(new AccountCreateCommand(context))
        .addSubcommand(new AccountListCommand(context))
        .addSubcommand(new AccountShowCommand(context))
        .addSubcommand(new AccountDeleteCommand(context));
  }

  /** {@code apikey ..}. */
  public static CommandLine apiKeys(CommandContext context) {
    return new CommandLine(new ApiKeyCommand())
        .addSubcommand(new ApiKeyCreateCommand(context))
        .addSubcommand(new ApiKeyListCommand(context))
        .addSubcommand(new ApiKeyDisableCommand(context))
        .addSubcommand(new ApiKeyEnableCommand(context))
        .addSubcommand(new ApiKeyDeleteCommand(context));
  }
}
