package io.relaykv.shell.command.account;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Quantities;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code account delete NAME}. */
@Command(
    name = "delete",
    customSynopsis = "kv-shell [OPTION..] account delete NAME --yes",
    description = {
      "Deletes an account, its API keys and all of its data, at once.",
      "There is no way back, so it has to be said twice: --yes."
    })
final class AccountDeleteCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(names = "--yes", description = "All of that is to be deleted.")
  private boolean sure;

  AccountDeleteCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (KvAdmin admin = context.admin()) {
      if (!sure) {
        admin.account(name).ifPresent(AccountDeleteCommand::ask);
      }
      admin.deleteAccount(name);
    }
    Map<String, String> members = new LinkedHashMap<>();
    members.put("name", JsonText.string(name));
    members.put("result", JsonText.string("deleted"));
    try (Results results = new Results(context.output(), context.format(), "NAME", "RESULT")) {
      results.add(new Row(List.of(), JsonText.object(members), List.of(name, "deleted")));
      results.finishSingle();
    }
    return ExitCodes.OK;
  }

  private static void ask(AccountInfo account) {
    throw new ShellException(
        "this would delete account %s, its API keys (%d) and its data (about %s), and nothing brings them back"
            .formatted(account.name(), account.apiKeys(), Quantities.bytes(account.usedBytes())),
        "kv-shell account delete %s --yes".formatted(account.name()));
  }
}
