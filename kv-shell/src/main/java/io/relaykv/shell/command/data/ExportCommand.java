package io.relaykv.shell.command.data;

import io.relaykv.client.KvClient;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.Interruption;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import io.relaykv.shell.transfer.Entry;
import io.relaykv.shell.transfer.Export;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export [PREFIX]}. */
@Command(
    name = "export",
    customSynopsis = "kv-shell [OPTION..] export [PREFIX] [--after KEY]",
    description = {
      "Prints keys with their values, in byte order, one a line: {\"key\":..,\"value\":..}",
      "Each value is as of when it is read; what is written meanwhile may be in it or not."
    },
    footer = {
      "",
      "  kv-shell export flags/ > flags.jsonl",
      "  kv-shell --config staging.conf import flags.jsonl"
    })
final class ExportCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Only keys that begin with this.")
  private String prefix = "";

  @Option(names = "--after", paramLabel = "KEY", description = "Begin behind this key.")
  private String after = "";

  ExportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    TransferProgress progress =
        new TransferProgress("exporting", 0, context.progress(), System::nanoTime);
    try (Results results = new Results(context.output(), context.format(), "KEY", "VALUE");
        KvClient client = context.client()) {
      Export export =
          new Export(
              client,
              prefix,
              after,
              entry -> {
                results.add(row(entry));
                // On a terminal one sees what comes.
                if (!context.environment().terminal()) {
                  progress.done(0);
                }
              });
      Interruption.stopping(export::stop, () -> run(export, results));
    } finally {
      context.progress().clear();
    }
    return ExitCodes.OK;
  }

  private void run(Export export, Results results) {
    boolean whole = false;
    try {
      whole = export.run();
      results.finish();
    } finally {
      if (!whole) {
        results.flush();
        context.note("not all was exported; to go on: " + continuation(export.last()));
      }
    }
  }

  private String continuation(String last) {
    return "kv-shell export"
        + (prefix.isEmpty() ? "" : " " + prefix)
        + (last.isEmpty() ? "" : " --after " + last);
  }

  private static Row row(Entry entry) {
    String line = entry.toLine();
    return new Row(List.of(line), line, List.of(entry.key(), entry.value().toJson()));
  }
}
