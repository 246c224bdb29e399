package io.relaykv.shell;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.KvAdmin;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code status}. */
@Command(
    name = "status",
    customSynopsis = "kv-shell [OPTION..] status",
    description = {
      "Tells how the cluster is, and what each node says of itself.",
      "Exit code 0 if it is healthy, otherwise 7."
    })
final class StatusCommand implements Callable<Integer> {
  private final CommandContext context;

  StatusCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ClusterStatus status;
    try (KvAdmin admin = context.admin()) {
      status = admin.status();
    }
    StatusView view = new StatusView(status, context.environment().clock().instant());
    Output output = context.output();
    switch (context.format()) {
      case PLAIN -> {
        Verdict verdict = Verdict.of(status);
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
    return status.health() == Health.HEALTHY ? ExitCodes.OK : ExitCodes.UNHEALTHY;
  }
}
