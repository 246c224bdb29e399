package io.relaykv.shell;

import io.relaykv.shell.command.ClusterOptions;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.WholeKeys;
import io.relaykv.shell.command.account.AccountCommands;
import io.relaykv.shell.command.backup.BackupCommands;
import io.relaykv.shell.command.bench.BenchCommands;
import io.relaykv.shell.command.cluster.ClusterCommands;
import io.relaykv.shell.command.data.DataCommands;
import io.relaykv.shell.environment.ShellEnvironment;
import io.relaykv.shell.failure.FailurePrinter;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.prompt.Prompt;
import io.relaykv.shell.prompt.Script;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The commands put together, and how a command line is run. */
final class KvShell {
  /** In the order of the help. */
  private static final List<String> COMMANDS =
      List.of(
          "get",
          "put",
          "delete",
          "keys",
          "export",
          "import",
          "status",
          "health",
          "verify",
          "doctor",
          "member",
          "leader",
          "cluster",
          "log",
          "account",
          "apikey",
          "backup",
          "bench",
          "latency",
          "shell",
          "completion",
          "help");

  /** Who says one of these wants to know of all commands. */
  private static final Set<String> OVERVIEW = Set.of("help", "-h", "--help", "completion");

  /** How often the prompt looks at the cluster. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** Where a command is given. */
  private enum Place {
    COMMAND_LINE,
    PROMPT,
    SCRIPT
  }

  private final ShellEnvironment environment;
  private final ClusterOptions defaults;
  private final Place place;
  private final PrintWriter out;
  private final PrintWriter err;
  private final FailurePrinter failures;

  KvShell(ShellEnvironment environment) {
    this(environment, new ClusterOptions(), Place.COMMAND_LINE, "");
  }

  private KvShell(
      ShellEnvironment environment, ClusterOptions defaults, Place place, String where) {
    this.environment = environment;
    this.defaults = defaults;
    this.place = place;
    this.out = new PrintWriter(new OutputStreamWriter(environment.out(), StandardCharsets.UTF_8));
    this.err = new PrintWriter(new OutputStreamWriter(environment.err(), StandardCharsets.UTF_8));
    this.failures = new FailurePrinter(err, where, environment.debugged());
  }

  /** Runs one command line and returns its exit code. */
  int run(String... args) {
    try {
      // The JVM puts this where an argument does not fit the locale's encoding; what was meant is
      // lost.
      if (List.of(args).stream().anyMatch(arg -> arg.indexOf('\uFFFD') >= 0)) {
        return failures.print(
            new ShellException(
                "an argument is not valid text in this locale's encoding",
                "use a UTF-8 locale, say LC_ALL=C.UTF-8, or pass the value in a file"));
      }
      if (List.of(args).stream().anyMatch(WholeKeys::isOneIn)) {
        return failures.print(
            new ShellException(
                "an argument holds a whole API key; others on this machine can read it there",
                "give its id alone, such as rk_17, or the name of a file that holds the key"));
      }
      return commandLine(args).execute(args);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private CommandLine commandLine(String... args) {
    ClusterOptions options = new ClusterOptions(defaults);
    CommandContext context = new CommandContext(environment, options, err);
    IntSupplier prompt = () -> runPrompt(options);
    RootCommand root =
        new RootCommand(
            options,
            file -> runScript(file, options),
            mayPrompt() ? Optional.of(prompt) : Optional.empty());
    CommandLine all = new CommandLine(root);
    for (String name : wanted(args)) {
      all.addSubcommand(command(name, context, prompt));
    }
    return all.setExecutionStrategy(parsed -> execute(root, parsed))
        .setExpandAtFiles(false) // @FILE is an argument of put
        .setUsageHelpWidth(100)
        .setColorScheme(Help.defaultColorScheme(environment.coloured() ? Ansi.ON : Ansi.OFF))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((e, given) -> failures.printUsage(e))
        .setExecutionExceptionHandler((e, command, result) -> failures.print(e, command));
  }

  /**
   * The commands that may be meant: Picocli takes longer to look at all of them than a get takes.
   * All if none is named, or if they are to be listed.
   */
  private static List<String> wanted(String... args) {
    List<String> words = List.of(args);
    List<String> named = COMMANDS.stream().filter(words::contains).toList();
    return named.isEmpty() || words.stream().anyMatch(OVERVIEW::contains) ? COMMANDS : named;
  }

  private static CommandLine command(String name, CommandContext context, IntSupplier prompt) {
    return switch (name) {
      case "get" -> DataCommands.get(context);
      case "put" -> DataCommands.put(context);
      case "delete" -> DataCommands.delete(context);
      case "keys" -> DataCommands.keys(context);
      case "export" -> DataCommands.exportData(context);
      case "import" -> DataCommands.importData(context);
      case "status" -> ClusterCommands.status(context);
      case "health" -> ClusterCommands.health(context);
      case "verify" -> ClusterCommands.verify(context);
      case "doctor" -> ClusterCommands.doctor(context);
      case "member" -> ClusterCommands.members(context);
      case "leader" -> ClusterCommands.leader(context);
      case "cluster" -> ClusterCommands.cluster(context);
      case "log" -> ClusterCommands.logs(context);
      case "account" -> AccountCommands.accounts(context);
      case "apikey" -> AccountCommands.apiKeys(context);
      case "backup" -> BackupCommands.backups(context);
      case "bench" -> BenchCommands.bench(context);
      case "latency" -> BenchCommands.latency(context);
      case "shell" -> new CommandLine(new ShellCommand(prompt));
      case "completion" -> new CommandLine(new CompletionCommand(context));
      case "help" -> new CommandLine(new HelpCommand());
      default -> throw new IllegalArgumentException("no such command: " + name);
    };
  }

  private static int execute(RootCommand root, ParseResult parsed) {
    boolean forHelp =
        parsed.asCommandLineList().stream()
            .anyMatch(
                command -> command.isUsageHelpRequested() || command.isVersionHelpRequested());
    if (root.hasScript() && parsed.hasSubcommand() && !forHelp) {
      throw new ParameterException(
          parsed.commandSpec().commandLine(), "-f and a command exclude each other");
    }
    return new RunLast().execute(parsed);
  }

  private int runScript(String file, ClusterOptions options) {
    if (place == Place.SCRIPT) {
      throw new ShellException("a script cannot run another one", "");
    }
    return new Script(environment, file)
        .run(
            (shared, where, words) ->
                new KvShell(shared, options, Place.SCRIPT, where + ": ")
                    .run(words.toArray(String[]::new)));
  }

  private boolean mayPrompt() {
    return place == Place.COMMAND_LINE
        && environment.terminals().in()
        && environment.terminals().out();
  }

  private int runPrompt(ClusterOptions options) {
    if (!mayPrompt()) {
      throw place == Place.COMMAND_LINE
          ? new ShellException(
              "the prompt needs a terminal", "commands from a file or a pipe: kv-shell -f FILE|-")
          : new ShellException("there is no prompt within a prompt or a script", "");
    }
    return new Prompt(environment, options, commandsOfPrompt(options), LOOK_EVERY).run();
  }

  /** What a prompt runs; {@code options} hold unless a command says otherwise. */
  static Prompt.Commands commandsOfPrompt(ClusterOptions options) {
    return new Prompt.Commands() {
      @Override
      public int run(ShellEnvironment shared, List<String> words) {
        return new KvShell(shared, options, Place.PROMPT, "").run(words.toArray(String[]::new));
      }

      @Override
      public CommandSpec specification(ShellEnvironment shared) {
        return new KvShell(shared, options, Place.PROMPT, "").commandLine().getCommandSpec();
      }
    };
  }
}
