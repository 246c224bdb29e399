package io.relaykv.shell.command.account;

import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code apikey enable ID}. */
@Command(
    name = "enable",
    customSynopsis = "kv-shell [OPTION..] apikey enable ID",
    description = "Enables an API key that was disabled.")
final class ApiKeyEnableCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      paramLabel = "ID",
      converter = ApiKeyIdConverter.class,
      description = "Its number, as 17 or rk_17.")
  private long id;

  ApiKeyEnableCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (KvAdmin admin = context.admin()) {
      admin.enableApiKey(id);
    }
    ChangedApiKey.print(context, id, "enabled");
    return ExitCodes.OK;
  }
}
