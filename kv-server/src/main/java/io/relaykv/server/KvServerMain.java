package io.relaykv.server;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code kv-server}. */
@Command(
    name = "kv-server",
    description = "Runs a node of a RelayKV cluster.",
    subcommands = {
      BootstrapCommand.class,
      StartCommand.class,
      CheckConfigCommand.class,
      ConfigCommand.class,
      KeygenCommand.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = KvServerMain.VersionText.class,
    synopsisSubcommandLabel = "COMMAND")
public final class KvServerMain {
  private KvServerMain() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    main(NodeSeams.NONE, args);
  }

  /** The same with faults put into the node that it starts; for tests. */
  public static void main(NodeSeams seams, String... args) {
    // Numbers in logs, metrics and files are the same in whatever language the machine speaks.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    int exitCode = ExitCodes.START_FAILED;
    try {
      exitCode = commandLine(seams).execute(args);
    } catch (Throwable e) {
      // An error, such as a native library that cannot be loaded.
      System.err.println("kv-server: " + e);
    } finally {
      halt(exitCode);
    }
  }

  /** Ends the process: whatever threads a failed start has left, none of them keeps it alive. */
  static void halt(int exitCode) {
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(exitCode);
  }

  static CommandLine commandLine() {
    return commandLine(NodeSeams.NONE);
  }

  private static CommandLine commandLine(NodeSeams seams) {
    return new CommandLine(new KvServerMain(), new Commands(seams))
        .setExecutionExceptionHandler(new StartFailures())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Makes the commands. */
  private record Commands(NodeSeams seams) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return type == StartCommand.class
          ? type.cast(new StartCommand(seams))
          : CommandLine.defaultFactory().create(type);
    }
  }

  static final class VersionText implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"kv-server " + Version.CURRENT};
    }
  }
}
