package io.relaykv.shell.command.cluster;

import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code member remove NAME}. */
@Command(
    name = "remove",
    customSynopsis = "kv-shell [OPTION..] member remove NAME",
    description = {
      "Takes a node out of the cluster for good: it stops, and its name is never used again.",
      "Refused if the others could not go on without it. May be repeated."
    })
final class MemberRemoveCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "Its node.id.")
  private String name = "";

  MemberRemoveCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    boolean wasOne;
    try (KvAdmin admin = context.admin()) {
      wasOne = admin.removeMember(name);
    }
    if (!wasOne) {
      context.note(name + " is no member");
    }
    try (Results results = new Results(context.output(), context.format(), "NAME", "RESULT")) {
      results.add(MemberView.result(name, wasOne ? "removed" : "no member"));
      results.finishSingle();
    }
    return ExitCodes.OK;
  }
}
