package io.relaykv.shell.command.cluster;

import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code leader transfer [NODE]}. */
@Command(
    name = "transfer",
    customSynopsis = "kv-shell [OPTION..] leader transfer [NODE]",
    description = {
      "Lets another node lead, without waiting for an election, and prints its name.",
      "Applications wait for some milliseconds; nothing fails."
    })
final class LeaderTransferCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "NODE",
      description = "The node that is to lead. Default: the one that is nearest to the leader.")
  private @Nullable String node;

  LeaderTransferCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String leader;
    try (KvAdmin admin = context.admin()) {
      leader = admin.transferLeadership(Optional.ofNullable(node));
    }
    try (Results results = new Results(context.output(), context.format(), "LEADER")) {
      results.add(
          new Row(
              List.of(leader),
              JsonText.object(Map.of("leader", JsonText.string(leader))),
              List.of(leader)));
      results.finishSingle();
    }
    return ExitCodes.OK;
  }
}
