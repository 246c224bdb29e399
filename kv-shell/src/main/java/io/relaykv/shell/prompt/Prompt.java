package io.relaykv.shell.prompt;

import io.relaykv.shell.command.ClusterOptions;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.environment.SharedConnections;
import io.relaykv.shell.environment.ShellEnvironment;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.FailurePrinter;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.SafeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Reads commands from a person, line after line, and runs them with connections that they share,
 * until Ctrl-D. All of JLine is behind this class, so that a command by itself never loads it.
 */
public final class Prompt {
  static final List<String> WORDS_TO_LEAVE = List.of("exit", "quit");

  private static final String OWN_NAME = "kv-shell";
  private static final int KEPT_LINES = 1_000;

  private final ShellEnvironment environment;
  private final ClusterOptions options;
  private final Commands commands;
  private final Duration lookEvery;

  /** What stands before the line. */
  private volatile String shown = "";

  /** The commands, as the prompt needs them. */
  public interface Commands {
    /** Runs one and returns its exit code. */
    int run(ShellEnvironment environment, List<String> words);

    /** A new tree of all. */
    CommandSpec specification(ShellEnvironment environment);
  }

  /**
   * Prepares a prompt.
   *
   * @param options what was said before, which holds for all commands
   * @param lookEvery how long after one look at the cluster comes the next
   */
  public Prompt(
      ShellEnvironment environment, ClusterOptions options, Commands commands, Duration lookEvery) {
    this.environment = environment;
    this.options = options;
    this.commands = commands;
    this.lookEvery = lookEvery;
  }

  /** Runs on the terminal of the process until it is left. */
  public int run() {
    try (Terminal terminal =
        TerminalBuilder.builder().name(OWN_NAME).system(true).dumb(true).build()) {
      return run(terminal);
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal cannot be used: " + e.getMessage(), e);
    }
  }

  /** Runs on another terminal until it is left. */
  int run(Terminal terminal) {
    // Between two commands nobody handles Ctrl-C.
    terminal.handle(Signal.INT, SignalHandler.SIG_IGN);
    try (SharedConnections connections = new SharedConnections(environment.connector())) {
      ShellEnvironment shared =
          environment.with(
              connections,
              new NoInput("the prompt reads from there"),
              terminal.output(),
              terminal.output());
      CommandContext context = new CommandContext(shared, options, terminal.writer());
      LineReaderImpl reader = reader(terminal);
      try (KeyCandidates keys = new KeyCandidates(context::client, System::nanoTime);
          ClusterWatch watch = new ClusterWatch(context, view -> show(reader, view))) {
        reader.setCompleter(
            new PromptCompleter(commands.specification(shared), keys, () -> watch.view().nodes()));
        watch.start(lookEvery);
        readAndRun(reader, watch, shared);
      }
    }
    return ExitCodes.OK;
  }

  private LineReaderImpl reader(Terminal terminal) {
    DefaultParser parser = new DefaultParser();
    // A line is a command, as in a script.
    parser.setEofOnUnclosedQuote(false);
    parser.setEofOnEscapedNewLine(false);
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .appName(OWN_NAME)
            .terminal(terminal)
            .parser(parser)
            .history(new PromptHistory())
            .variable(LineReader.HISTORY_SIZE, KEPT_LINES)
            .variable(LineReader.HISTORY_FILE_SIZE, KEPT_LINES)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
            .option(LineReader.Option.BRACKETED_PASTE, false)
            // It would take backslashes and ! out of values.
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    Path file = PromptHistory.file(environment);
    try {
      PromptHistory.prepare(file);
      builder.variable(LineReader.HISTORY_FILE, file);
    } catch (IOException e) {
      terminal.writer().println(SafeText.line("lines are not kept: " + e));
    }
    return (LineReaderImpl) builder.build();
  }

  /** Draws the line anew if that changes something: what TAB has listed below it goes by that. */
  private void show(LineReaderImpl reader, ClusterView view) {
    String text = view.prompt(environment.coloured());
    if (text.equals(shown)) {
      return;
    }
    reader.setPrompt(text);
    try {
      reader.callWidget(LineReader.REDISPLAY);
      shown = text;
    } catch (IllegalStateException e) {
      // A command runs, or the line is about to be read: the next look shows it, or the next
      // prompt.
    }
  }

  private String text(ClusterWatch watch) {
    String text = watch.view().prompt(environment.coloured());
    shown = text;
    return text;
  }

  private void readAndRun(LineReader reader, ClusterWatch watch, ShellEnvironment shared) {
    FailurePrinter failures =
        new FailurePrinter(reader.getTerminal().writer(), "", shared.debugged());
    while (true) {
      try {
        String line = reader.readLine(text(watch));
        List<String> words = words(line);
        if (words.size() == 1 && WORDS_TO_LEAVE.contains(words.get(0))) {
          return;
        }
        if (!words.isEmpty()) {
          run(words, reader.getTerminal(), shared);
        }
      } catch (UserInterruptException e) {
        // Ctrl-C drops the line.
      } catch (EndOfFileException e) {
        return;
      } catch (ShellException e) {
        failures.print(e);
      }
    }
  }

  /** Hints say {@code kv-shell status}, which may be typed or pasted as it stands. */
  private static List<String> words(String line) {
    List<String> words = CommandWords.of(line);
    return words.size() > 1 && words.get(0).equals(OWN_NAME)
        ? words.subList(1, words.size())
        : words;
  }

  private void run(List<String> words, Terminal terminal, ShellEnvironment shared) {
    DetachableStream screen = new DetachableStream(terminal.output());
    ShellEnvironment own = shared.with(shared.connector(), shared.in(), screen, screen);
    RunningCommand command = new RunningCommand(() -> commands.run(own, words));
    SignalHandler before = terminal.handle(Signal.INT, signal -> command.interrupt());
    try {
      command.await();
    } finally {
      terminal.handle(Signal.INT, before);
      screen.detach();
    }
    if (command.isLeftBehind()) {
      terminal.writer().println("left; what it has begun may still be done");
    }
    terminal.flush();
  }
}
