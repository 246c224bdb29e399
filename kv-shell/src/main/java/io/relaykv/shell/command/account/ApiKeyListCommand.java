package io.relaykv.shell.command.account;

import io.relaykv.client.ApiKeyInfo;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code apikey list}. */
@Command(
    name = "list",
    customSynopsis = "kv-shell [OPTION..] apikey list [--account NAME]",
    description = "Lists API keys by id. Their secrets are kept nowhere.")
final class ApiKeyListCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(names = "--account", paramLabel = "NAME", description = "Only those of this account.")
  private @Nullable String account;

  ApiKeyListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<ApiKeyInfo> keys;
    try (KvAdmin admin = context.admin()) {
      keys = account == null ? admin.apiKeys() : admin.apiKeys(account);
    }
    try (Results results =
        new Results(context.output(), context.listFormat(), ApiKeyView.HEADINGS)) {
      keys.forEach(key -> results.add(ApiKeyView.row(key)));
      results.finish();
    }
    return ExitCodes.OK;
  }
}
