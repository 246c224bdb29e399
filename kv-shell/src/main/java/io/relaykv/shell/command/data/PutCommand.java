package io.relaykv.shell.command.data;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code put KEY VALUE}. */
@Command(
    name = "put",
    customSynopsis = {
      "kv-shell [OPTION..] put KEY JSON",
      "       kv-shell [OPTION..] put KEY -s TEXT",
      "       kv-shell [OPTION..] put KEY @FILE",
      "       kv-shell [OPTION..] put KEY -"
    },
    description = "Stores a value under a key, replacing the one before.")
final class PutCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(index = "0", paramLabel = "KEY", description = "1 to 512 of a-z A-Z 0-9 _ - . = /")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JSON|@FILE|-",
      description = "The value as JSON: 42, true, '\"text\"'; @FILE or - to read it there.")
  private @Nullable String json;

  @Option(names = "-s", paramLabel = "TEXT", description = "Store this text as a JSON string.")
  private @Nullable String text;

  PutCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    KvValue value = value();
    try (KvClient client = context.client()) {
      client.put(key, value);
    }
    try (WrittenKeys written = new WrittenKeys(context, "stored")) {
      written.add(key);
      written.finish();
    }
    return ExitCodes.OK;
  }

  private KvValue value() {
    if ((text == null) == (json == null)) {
      throw new ShellException("give one value: JSON, @FILE, - or -s TEXT", "kv-shell help put");
    }
    return json == null
        ? KvValue.of(Objects.requireNonNull(text))
        : new ValueArgument(key, json).read(context.environment());
  }
}
