package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterMember;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code member list}. */
@Command(
    name = "list",
    customSynopsis = "kv-shell [OPTION..] member list",
    description = {
      "Lists all members by name, as the leader sees them.",
      "LAG: how many log entries a follower lacks. SILENT: since it was last heard from."
    })
final class MemberListCommand implements Callable<Integer> {
  private final CommandContext context;

  MemberListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<ClusterMember> members;
    try (KvAdmin admin = context.admin()) {
      members = admin.members().members();
    }
    try (Results results =
        new Results(context.output(), context.listFormat(), MemberView.HEADINGS)) {
      members.forEach(member -> results.add(MemberView.row(member)));
      results.finish();
    }
    return ExitCodes.OK;
  }
}
