package io.relaykv.shell.command.data;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.KvValue.KvString;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Output;
import io.relaykv.shell.output.OutputFormat;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get KEY..}. */
@Command(
    name = "get",
    customSynopsis = "kv-shell [OPTION..] get KEY.. [--raw]",
    description = "Prints the values of keys as JSON, one a line.")
final class GetCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      arity = "1..*",
      paramLabel = "KEY",
      description = "The keys, in the order of the output.")
  private List<String> keys = List.of();

  @Option(names = "--raw", description = "Print a string as its text, without quotes and escapes.")
  private boolean raw;

  GetCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (raw && context.format() != OutputFormat.PLAIN) {
      throw new ShellException("--raw is for plain output, not for " + context.format(), "");
    }
    int exitCode = ExitCodes.OK;
    Output output = context.output();
    try (Results results = new Results(output, context.format(), "KEY", "VALUE");
        KvClient client = context.client()) {
      for (String key : keys) {
        Optional<KvValue> value = client.get(key);
        if (value.isPresent()) {
          results.add(row(key, value.get()));
        } else {
          output.flush();
          context.note("not found: " + key);
          exitCode = ExitCodes.KEY_NOT_FOUND;
        }
      }
      results.finish();
    }
    return exitCode;
  }

  private Row row(String key, KvValue value) {
    String json = value.toJson();
    String plain = raw && value instanceof KvString string ? string.value() : json;
    Map<String, String> members = new LinkedHashMap<>();
    members.put("key", JsonText.string(key));
    members.put("value", json);
    return new Row(List.of(plain), JsonText.object(members), List.of(key, json));
  }
}
