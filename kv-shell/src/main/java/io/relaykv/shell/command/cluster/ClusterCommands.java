package io.relaykv.shell.command.cluster;

import io.relaykv.shell.command.CommandContext;
import picocli.CommandLine;

/** Makes the commands that look after a cluster. */
public final class ClusterCommands {
  private ClusterCommands() {}

  /** {@code status}. */
  public static CommandLine status(CommandContext context) {
    return new CommandLine(new StatusCommand(context));
  }

  /** {@code health}. */
  public static CommandLine health(CommandContext context) {
    return new CommandLine(new HealthCommand(context));
  }

  /** {@code verify}. */
  public static CommandLine verify(CommandContext context) {
    return new CommandLine(new VerifyCommand(context));
  }

  /** {@code doctor}. */
  public static CommandLine doctor(CommandContext context) {
    return new CommandLine(new DoctorCommand(context));
  }

  /** {@code member ..}. */
  public static CommandLine members(CommandContext context) {
    return new CommandLine(new MemberCommand())
        .addSubcommand(new MemberListCommand(context))
        .addSubcommand(new MemberAddCommand(context))
        .addSubcommand(new MemberRemoveCommand(context));
  }

  /** {@code leader ..}. */
  public static CommandLine leader(CommandContext context) {
    return new CommandLine(new LeaderCommand())
        .addSubcommand(new LeaderShowCommand(context))
        .addSubcommand(new LeaderTransferCommand(context));
  }

  /** {@code cluster ..}. */
  public static CommandLine cluster(CommandContext context) {
    return new CommandLine(new ClusterCommand()).addSubcommand(new FinalizeUpgradeCommand(context));
  }

  /** {@code log ..}. */
  public static CommandLine logs(CommandContext context) {
    return new CommandLine(new LogCommand()).addSubcommand(new LogLevelCommand(context));
  }
}
