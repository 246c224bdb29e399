package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterMember;
import io.relaykv.client.ClusterMembers;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code leader show}. */
@Command(
    name = "show",
    customSynopsis = "kv-shell [OPTION..] leader show",
    description = "Prints the name of the node that leads.")
final class LeaderShowCommand implements Callable<Integer> {
  private final CommandContext context;

  LeaderShowCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ClusterMembers members;
    try (KvAdmin admin = context.admin()) {
      members = admin.members();
    }
    try (Results results = new Results(context.output(), context.format(), MemberView.HEADINGS)) {
      members.members().stream()
          .filter(ClusterMember::leads)
          .map(MemberView::row)
          .map(row -> new Row(List.of(members.leader()), row.json(), row.cells()))
          .forEach(results::add);
      results.finishSingle();
    }
    return ExitCodes.OK;
  }
}
