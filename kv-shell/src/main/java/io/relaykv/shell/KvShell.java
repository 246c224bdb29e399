package io.relaykv.shell;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The commands put together, and how a command line is run. */
final class KvShell {
  private static final Pattern WHOLE_KEY = Pattern.compile("rk_(admin|[0-9]+)_[0-9a-fA-F]{64}");

  private final ShellEnvironment environment;
  private final ClusterOptions defaults;
  private final boolean inScript;
  private final PrintWriter out;
  private final PrintWriter err;
  private final FailurePrinter failures;

  KvShell(ShellEnvironment environment) {
    this(environment, new ClusterOptions(), "");
  }

  private KvShell(ShellEnvironment environment, ClusterOptions defaults, String where) {
    this.environment = environment;
    this.defaults = defaults;
    this.inScript = !where.isEmpty();
    this.out = new PrintWriter(new OutputStreamWriter(environment.out(), StandardCharsets.UTF_8));
    this.err = new PrintWriter(new OutputStreamWriter(environment.err(), StandardCharsets.UTF_8));
    this.failures = new FailurePrinter(environment, err, where);
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
      if (List.of(args).stream().anyMatch(arg -> WHOLE_KEY.matcher(arg).find())) {
        return failures.print(
            new ShellException(
                "an argument holds a whole API key; others on this machine can read it there",
                "give its id alone, such as rk_17, or the name of a file that holds the key"));
      }
      return commandLine().execute(args);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private CommandLine commandLine() {
    ClusterOptions options = new ClusterOptions(defaults);
    CommandContext context = new CommandContext(environment, options, err);
    CommandLine put = new CommandLine(new PutCommand(context));
    put.setAllowOptionsAsOptionParameters(true); // the text of -s may look like one
    RootCommand root = new RootCommand(options, file -> runScript(file, options));
    return new CommandLine(root)
        .addSubcommand(new GetCommand(context))
        .addSubcommand(put)
        .addSubcommand(new DeleteCommand(context))
        .addSubcommand(new KeysCommand(context))
        .addSubcommand(new ExportCommand(context))
        .addSubcommand(new ImportCommand(context))
        .addSubcommand(new StatusCommand(context))
        .addSubcommand(new HealthCommand(context))
        .addSubcommand(new VerifyCommand(context))
        .addSubcommand(members(context))
        .addSubcommand(leader(context))
        .addSubcommand(accounts(context))
        .addSubcommand(apiKeys(context))
        .addSubcommand(new BenchCommand(context))
        .addSubcommand(new LatencyCommand(context))
        .addSubcommand(new CompletionCommand(context))
        .addSubcommand(new HelpCommand())
        .setExecutionStrategy(parsed -> execute(root, parsed))
        .setExpandAtFiles(false) // @FILE is an argument of put
        .setUsageHelpWidth(100)
        .setColorScheme(Help.defaultColorScheme(environment.coloured() ? Ansi.ON : Ansi.OFF))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((e, args) -> failures.printUsage(e))
        .setExecutionExceptionHandler((e, command, result) -> failures.print(e, command));
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
    if (inScript) {
      throw new ShellException("a script cannot run another one", "");
    }
    return new Script(environment, file)
        .run(
            (shared, where, words) ->
                new KvShell(shared, options, where + ": ").run(words.toArray(String[]::new)));
  }

  private static CommandLine members(CommandContext context) {
    return new CommandLine(new MemberCommand())
        .addSubcommand(new MemberListCommand(context))
        .addSubcommand(new MemberAddCommand(context))
        .addSubcommand(new MemberRemoveCommand(context));
  }

  private static CommandLine leader(CommandContext context) {
    return new CommandLine(new LeaderCommand())
        .addSubcommand(new LeaderShowCommand(context))
        .addSubcommand(new LeaderTransferCommand(context));
  }

  private static CommandLine accounts(CommandContext context) {
    return new CommandLine(new AccountCommand())
        .addSubcommand(new AccountCreateCommand(context))
        .addSubcommand(new AccountListCommand(context))
        .addSubcommand(new AccountShowCommand(context))
        .addSubcommand(new AccountDeleteCommand(context));
  }

  private static CommandLine apiKeys(CommandContext context) {
    return new CommandLine(new ApiKeyCommand())
        .addSubcommand(new ApiKeyCreateCommand(context))
        .addSubcommand(new ApiKeyListCommand(context))
        .addSubcommand(new ApiKeyDisableCommand(context))
        .addSubcommand(new ApiKeyEnableCommand(context))
        .addSubcommand(new ApiKeyDeleteCommand(context));
  }
}
