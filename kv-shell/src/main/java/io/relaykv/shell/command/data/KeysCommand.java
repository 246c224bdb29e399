package io.relaykv.shell.command.data;

import io.relaykv.client.KeyPage;
import io.relaykv.client.KvClient;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys [PREFIX]}. */
@Command(
    name = "keys",
    customSynopsis = "kv-shell [OPTION..] keys [PREFIX] [--limit N] [--after KEY] [--all]",
    description = "Lists keys in byte order, one a line.")
final class KeysCommand implements Callable<Integer> {
  private static final long DEFAULT_LIMIT = 1_000;
  private static final int PAGE_KEYS = 10_000;

  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Only keys that begin with this.")
  private String prefix = "";

  @Option(names = "--after", paramLabel = "KEY", description = "Begin behind this key.")
  private String after = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many keys; 1000 unless given.")
  private @Nullable Long limit;

  @Option(names = "--all", description = "All keys, however many.")
  private boolean all;

  KeysCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    long limitOrAll = limitOrAll();
    Optional<String> next;
    try (Results results = new Results(context.output(), context.format(), "KEY");
        KvClient client = context.client()) {
      next = list(client, limitOrAll, results);
      boolean more = next.isPresent();
      results.finish(keys -> document(keys, more));
    }
    next.ifPresent(key -> context.note("more keys follow: " + continuation(key)));
    return ExitCodes.OK;
  }

  private long limitOrAll() {
    if (all && limit != null) {
      throw new ShellException("--limit and --all exclude each other", "kv-shell help keys");
    }
    if (limit != null && limit < 1) {
      throw new ShellException("--limit is " + limit + "; it must be at least 1", "");
    }
    return all ? Long.MAX_VALUE : Objects.requireNonNullElse(limit, DEFAULT_LIMIT);
  }

  /** Adds at most {@code limit} keys, and returns the last one if there are more. */
  private Optional<String> list(KvClient client, long limit, Results results) {
    Optional<String> next = Optional.of(after);
    long left = limit;
    while (next.isPresent() && left > 0) {
      KeyPage page = client.keys(prefix, (int) Math.min(left, PAGE_KEYS), next.get());
      page.keys().forEach(key -> results.add(row(key)));
      left -= page.keys().size();
      next = page.next();
    }
    return next;
  }

  private String continuation(String last) {
    return "kv-shell keys " + (prefix.isEmpty() ? "" : prefix + " ") + "--after " + last;
  }

  private static String document(List<String> keys, boolean more) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("keys", JsonText.array(keys));
    members.put("more", Boolean.toString(more));
    return JsonText.object(members);
  }

  private static Row row(String key) {
    return new Row(
        List.of(key), JsonText.object(Map.of("key", JsonText.string(key))), List.of(key));
  }
}
