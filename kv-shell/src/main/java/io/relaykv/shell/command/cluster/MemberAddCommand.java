package io.relaykv.shell.command.cluster;

import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.TimeoutConverter;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code member add NAME CLIENT-ADDRESS PEER-ADDRESS}. */
@Command(
    name = "add",
    customSynopsis =
        "kv-shell [OPTION..] member add NAME CLIENT-ADDRESS PEER-ADDRESS [--within TIME]",
    description = {
      "Makes a node a member that waits to join: start it with `kv-server start --join`, which logs"
          + " this command.",
      "Waits until the node has all data, and tells how far it is. May be repeated."
    })
final class MemberAddCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(index = "0", paramLabel = "NAME", description = "Its node.id.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "CLIENT-ADDRESS",
      description = "Where clients reach it, host:port.")
  private String clientAddress = "";

  @Parameters(
      index = "2",
      paramLabel = "PEER-ADDRESS",
      description = "Where the other nodes reach it, host:port.")
  private String peerAddress = "";

  @Option(
      names = "--within",
      paramLabel = "TIME",
      converter = TimeoutConverter.class,
      description = "How long to wait, 5m at most; it goes on after that. Default: 5m.")
  private Duration within = Duration.ofMinutes(5);

  MemberAddCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    boolean wasNone;
    try (KvAdmin admin = context.admin()) {
      JoinProgressLines listener =
          new JoinProgressLines(name, context.progress(), System::nanoTime);
      wasNone = admin.addMember(name, clientAddress, peerAddress, within, listener);
    } finally {
      context.progress().clear();
    }
    if (!wasNone) {
      context.note(name + " is a member already");
    }
    try (Results results = new Results(context.output(), context.format(), "NAME", "RESULT")) {
      results.add(MemberView.result(name, wasNone ? "added" : "already a member"));
      results.finishSingle();
    }
    return ExitCodes.OK;
  }
}
