package io.relaykv.shell.command.account;

import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code apikey disable ID}. */
@Command(
    name = "disable",
    customSynopsis = "kv-shell [OPTION..] apikey disable ID",
    description = "Disables an API key. Once this is done, no write with it takes effect any more.")
final class ApiKeyDisableCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      paramLabel = "ID",
      converter = ApiKeyIdConverter.class,
      description = "Its number, as 17 or rk_17.")
  private long id;

  ApiKeyDisableCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (KvAdmin admin = context.admin()) {
      admin.disableApiKey(id);
    }
    ChangedApiKey.print(context, id, "disabled");
    return ExitCodes.OK;
  }
}
