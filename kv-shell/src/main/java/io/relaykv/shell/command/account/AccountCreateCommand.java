package io.relaykv.shell.command.account;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.SizeConverter;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code account create NAME}. */
@Command(
    name = "create",
    customSynopsis = "kv-shell [OPTION..] account create NAME [--max-bytes SIZE]",
    description = "Makes an account.")
final class AccountCreateCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "1 to 63 of a-z 0-9 -, the first no dash.")
  private String name = "";

  @Option(
      names = "--max-bytes",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "What its keys and values may take together: 64MiB, 1GiB. Default: no limit.")
  private long maxBytes;

  AccountCreateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    AccountInfo account;
    try (KvAdmin admin = context.admin()) {
      account = admin.createAccount(name, maxBytes);
    }
    try (Results results = new Results(context.output(), context.format(), AccountView.HEADINGS)) {
      results.add(AccountView.row(account));
      results.finishSingle();
    }
    return ExitCodes.OK;
  }
}
