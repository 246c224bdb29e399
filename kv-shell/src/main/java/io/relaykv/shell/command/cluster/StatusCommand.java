package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.TimeoutConverter;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Output;
import io.relaykv.shell.output.OutputFormat;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code status}. */
@Command(
    name = "status",
    customSynopsis = "kv-shell [OPTION..] status [--watch[=TIME]]",
    description = {
      "Tells how the cluster is, and what each node says of itself.",
      "Exit code 0 if it is healthy, otherwise 7."
    })
final class StatusCommand implements Callable<Integer> {
  /** To the first line, and all that stands on the screen away. */
  private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

  private final CommandContext context;

  @Option(
      names = "--watch",
      arity = "0..1",
      paramLabel = "TIME",
      fallbackValue = "2s",
      converter = TimeoutConverter.class,
      description = "Tell it again and again, so far apart, until Ctrl-C. Default: 2s.")
  private @Nullable Duration watch;

  StatusCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (KvAdmin admin = context.admin()) {
      ClusterStatus status = admin.status();
      print(status, "");
      while (watch != null) {
        TimeUnit.MILLISECONDS.sleep(watch.toMillis());
        status = admin.status();
        print(status, between());
      }
      return status.health() == Health.HEALTHY ? ExitCodes.OK : ExitCodes.UNHEALTHY;
    }
  }

  /** On a terminal each status takes the place of the one before. */
  private String between() {
    boolean lines = context.format() == OutputFormat.JSON || context.format() == OutputFormat.JSONL;
    return lines ? "" : context.environment().coloured() ? CLEAR_SCREEN : "\n";
  }

  private void print(ClusterStatus status, String before) {
    StatusView view = new StatusView(status, context.environment().clock().instant());
    Output output = context.output();
    output.styled(before);
    switch (context.format()) {
      case PLAIN -> {
        Verdict verdict = Verdict.of(status);
        output.styledLine(verdict.line(context.environment().coloured()));
        verdict.next().forEach(output::line);
        UpgradeHint.of(status).ifPresent(output::line);
        output.line("");
        view.table().print(output);
      }
      case JSON -> output.line(view.document());
      case JSONL -> view.nodes().forEach(output::line);
      case TABLE -> view.table().print(output);
    }
    output.flush();
  }
}
