package io.relaykv.shell.command.account;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code account list}. */
@Command(
    name = "list",
    customSynopsis = "kv-shell [OPTION..] account list",
    description = "Lists all accounts by name.")
final class AccountListCommand implements Callable<Integer> {
  private final CommandContext context;

  AccountListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<AccountInfo> accounts;
    try (KvAdmin admin = context.admin()) {
      accounts = admin.accounts();
    }
    try (Results results =
        new Results(context.output(), context.listFormat(), AccountView.HEADINGS)) {
      accounts.forEach(account -> results.add(AccountView.row(account)));
      results.finish();
    }
    return ExitCodes.OK;
  }
}
