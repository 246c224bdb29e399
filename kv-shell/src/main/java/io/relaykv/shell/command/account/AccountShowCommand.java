package io.relaykv.shell.command.account;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.RefusedException;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code account show NAME}. */
@Command(
    name = "show",
    customSynopsis = "kv-shell [OPTION..] account show NAME",
    description = "Shows an account.")
final class AccountShowCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  AccountShowCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    AccountInfo account;
    try (KvAdmin admin = context.admin()) {
      account =
          admin
              .account(name)
              .orElseThrow(
                  () -> new RefusedException("there is no account \"" + name + "\"", List.of()));
    }
    try (Results results =
        new Results(context.output(), context.listFormat(), AccountView.HEADINGS)) {
      results.add(AccountView.row(account));
      results.finishSingle();
    }
    return ExitCodes.OK;
  }
}
