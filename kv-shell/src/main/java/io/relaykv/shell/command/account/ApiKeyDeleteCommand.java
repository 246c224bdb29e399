package io.relaykv.shell.command.account;

import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code apikey delete ID}. */
@Command(
    name = "delete",
    customSynopsis = "kv-shell [OPTION..] apikey delete ID",
    description =
        "Deletes an API key for good. Once this is done, no write with it takes effect any more.")
final class ApiKeyDeleteCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      paramLabel = "ID",
      converter = ApiKeyIdConverter.class,
      description = "Its number, as 17 or rk_17.")
  private long id;

  ApiKeyDeleteCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (KvAdmin admin = context.admin()) {
      admin.deleteApiKey(id);
    }
    ChangedApiKey.print(context, id, "deleted");
    return ExitCodes.OK;
  }
}
