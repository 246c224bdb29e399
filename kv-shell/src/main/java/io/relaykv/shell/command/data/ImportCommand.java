package io.relaykv.shell.command.data;

import io.relaykv.client.KvClient;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.Interruption;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.OutputFormat;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import io.relaykv.shell.transfer.EntryLine;
import io.relaykv.shell.transfer.EntryLines;
import io.relaykv.shell.transfer.Import;
import io.relaykv.shell.transfer.LinesCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import [FILE]}. */
@Command(
    name = "import",
    customSynopsis = {
      "kv-shell [OPTION..] import FILE [--dry-run] [--from-line N]",
      "       kv-shell [OPTION..] import [-] [--dry-run] [--from-line N]"
    },
    description = {
      "Stores what lines say that export has printed: {\"key\":..,\"value\":..}",
      "A file is read as a whole first: if a line of it is wrong, nothing is stored. What is there"
          + " already under other keys stays."
    },
    footer = {"", "  kv-shell import flags.jsonl", "  kv-shell export a/ | kv-shell import"})
final class ImportCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  /** Whoever presses Ctrl-C while the next line is awaited does not want to wait for long. */
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(6);

  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|-",
      description = "Where the lines are; standard input unless given.")
  private String file = STANDARD_INPUT;

  @Option(
      names = "--dry-run",
      description = "Only look whether all lines are right, and store nothing.")
  private boolean dryRun;

  @Option(
      names = "--from-line",
      paramLabel = "N",
      description = "Leave out the lines before this one. Default: ${DEFAULT-VALUE}.")
  private long fromLine = 1;

  ImportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (fromLine < 1) {
      throw new ShellException("--from-line is " + fromLine + "; it must be at least 1", "");
    }
    if (dryRun) {
      print("would be stored", check().entries());
    } else {
      // What comes through a pipe can be read once.
      store(isStandardInput() ? 0 : check().bytes());
    }
    return ExitCodes.OK;
  }

  private LinesCheck check() {
    LinesCheck check;
    try (EntryLines lines = open()) {
      check = reading(() -> LinesCheck.of(lines, fromLine));
    }
    if (check.wrong() > 0) {
      throw new ShellException(
          "%s: %s; nothing was stored"
              .formatted(
                  name(),
                  check.wrong() == 1
                      ? "a line is wrong"
                      : "%,d lines are wrong".formatted(check.wrong())),
          check.problems(),
          "kv-shell help import");
    }
    return check;
  }

  private void store(long bytes) {
    TransferProgress progress =
        new TransferProgress("importing", bytes, context.progress(), System::nanoTime);
    try (EntryLines lines = open();
        KvClient client = context.client()) {
      Import work = new Import(client, line -> progress.done(line.end()));
      Interruption.stopping(
          work::stop, STOPS_WITHIN, () -> tell(reading(() -> work.run(lines, fromLine))));
    } finally {
      context.progress().clear();
    }
  }

  /** While the process is still kept from ending. */
  private void tell(Import.Outcome outcome) {
    if (outcome.stoppedAt().isPresent()) {
      stopped(outcome.stoppedAt().get(), outcome);
    }
    print("stored", outcome.stored());
  }

  private void stopped(EntryLine line, Import.Outcome outcome) {
    context.note(
        "stopped at line %d; what is before it is stored, and perhaps some of what is behind: %s"
            .formatted(line.number(), entries(outcome.stored())));
    context.note("to go on: kv-shell import %s --from-line %d".formatted(file, line.number()));
    if (outcome.failure() != null) {
      throw outcome.failure();
    }
    if (!line.problem().isEmpty()) {
      throw new ShellException(
          "%s, line %d: %s".formatted(name(), line.number(), line.problem()), "");
    }
  }

  private EntryLines open() {
    if (isStandardInput()) {
      return new EntryLines(context.environment().in());
    }
    try {
      return new EntryLines(
          Files.newInputStream(context.environment().workingDirectory().resolve(file)));
    } catch (NoSuchFileException e) {
      throw new ShellException(file + ": no such file", "");
    } catch (IOException e) {
      throw cannotBeRead(e);
    }
  }

  private <T> T reading(Supplier<T> work) {
    try {
      return work.get();
    } catch (UncheckedIOException e) {
      throw cannotBeRead(e);
    }
  }

  private ShellException cannotBeRead(Exception e) {
    return new ShellException(name() + ": cannot be read: " + e.getMessage(), "");
  }

  private boolean isStandardInput() {
    return file.equals(STANDARD_INPUT);
  }

  private String name() {
    return isStandardInput() ? "standard input" : file;
  }

  private void print(String result, long entries) {
    try (Results results = new Results(context.output(), context.format(), "ENTRIES", "RESULT")) {
      Map<String, String> members = new LinkedHashMap<>();
      members.put("entries", Long.toString(entries));
      members.put("result", JsonText.string(result));
      results.add(
          new Row(List.of(), JsonText.object(members), List.of("%,d".formatted(entries), result)));
      results.finishSingle();
    }
    if (context.format() == OutputFormat.PLAIN) {
      context.note(entries(entries) + " " + result);
    }
  }

  private static String entries(long count) {
    return "%,d %s".formatted(count, count == 1 ? "entry" : "entries");
  }
}
