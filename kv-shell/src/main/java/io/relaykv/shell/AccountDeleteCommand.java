package io.relaykv.shell;

import io.relaykv.client.KvAdmin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code account delete NAME}. */
@Command(
    name = "delete",
    customSynopsis = "kv-shell [OPTION..] account delete NAME",
    description = {
      "Deletes an account, its API keys and all of its data, at once.",
      "There is no way back."
    })
final class AccountDeleteCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  AccountDeleteCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (KvAdmin admin = context.admin()) {
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
}
