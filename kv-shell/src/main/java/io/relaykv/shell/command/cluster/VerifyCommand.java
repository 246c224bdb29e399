package io.relaykv.shell.command.cluster;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code verify}. */
@Command(
    name = "verify",
    customSynopsis = "kv-shell [OPTION..] verify",
    description = {
      "Has every node hash all that it holds, as of one log entry, and tells whether all hold the"
          + " same. The cluster goes on serving.",
      "Exit code 0 if all nodes hold the same, otherwise 7: one differs, or has no result."
    })
final class VerifyCommand implements Callable<Integer> {
  private final CommandContext context;

  VerifyCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ReplicaCheck check;
    try (KvAdmin admin = context.admin()) {
      check = admin.verify(known -> context.note(new CheckView(known).progress()));
    }
    CheckView view = new CheckView(check);
    Output output = context.output();
    switch (context.format()) {
      case PLAIN -> {
        Verdict verdict = view.verdict();
        output.styledLine(verdict.line(context.environment().coloured()));
        verdict.next().forEach(output::line);
        output.line("");
        view.table().print(output);
      }
      case JSON -> output.line(view.document());
      case JSONL -> view.nodes().forEach(output::line);
      case TABLE -> view.table().print(output);
    }
    output.flush();
    return check.agrees() ? ExitCodes.OK : ExitCodes.UNHEALTHY;
  }
}
