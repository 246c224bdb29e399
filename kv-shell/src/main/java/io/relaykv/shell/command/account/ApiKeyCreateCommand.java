package io.relaykv.shell.command.account;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.NewApiKey;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.LostKeyException;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code apikey create}. */
@Command(
    name = "create",
    customSynopsis = {
      "kv-shell [OPTION..] apikey create --account NAME --allow read,write",
      "                                    [--expires TIME] [--label TEXT] [-O FILE]"
    },
    description = {
      "Makes an API key and prints it. Its secret is shown this once and kept nowhere.",
      "With -O it is written to a file that only you can read, and its id is printed."
    })
final class ApiKeyCreateCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--account",
      required = true,
      paramLabel = "NAME",
      description = "The account whose data it opens.")
  private String account = "";

  @Option(
      names = "--allow",
      required = true,
      split = ",",
      paramLabel = "RIGHT",
      converter = RightConverter.class,
      description = "What it allows: read, write, or both with a comma between.")
  private List<ApiKeyRight> rights = List.of();

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description =
          "When it ends: 30d, 12h, 90m from now, or 2030-01-31T00:00:00Z. Default: never.")
  private @Nullable String expires;

  @Option(names = "--label", paramLabel = "TEXT", description = "For people, to tell keys apart.")
  private String label = "";

  @Option(
      names = "-O",
      paramLabel = "FILE",
      description = "Write the key to this file, which must not exist yet.")
  private @Nullable Path file;

  ApiKeyCreateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Set<ApiKeyRight> allowed = EnumSet.copyOf(rights);
    Optional<Instant> end =
        Optional.ofNullable(expires)
            .map(text -> Expiry.parse(text, context.environment().clock().instant()));
    Path into = file;
    if (into == null) {
      try (KvAdmin admin = context.admin()) {
        NewApiKey key = admin.createApiKey(account, allowed, end, label);
        handOver(admin, key, () -> print(key, "key", key.reveal(), key.reveal()));
      }
    } else {
      // Before the key is made: one that cannot be kept is better never made.
      try (KeyFile target = KeyFile.prepare(context.environment().workingDirectory(), into);
          KvAdmin admin = context.admin()) {
        NewApiKey key = admin.createApiKey(account, allowed, end, label);
        handOver(admin, key, () -> target.write(key.reveal()));
        print(key, "file", target.name(), Long.toString(key.info().id()));
      }
    }
    return ExitCodes.OK;
  }

  /** A key whose secret is lost must not stay. */
  private static void handOver(KvAdmin admin, NewApiKey key, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      throw new LostKeyException(key.info().id(), deleted(admin, key), e);
    }
  }

  private static boolean deleted(KvAdmin admin, NewApiKey key) {
    try {
      admin.deleteApiKey(key.info().id());
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void print(NewApiKey key, String member, String value, String plain) {
    Map<String, String> members = new LinkedHashMap<>(ApiKeyView.members(key.info()));
    members.put(member, JsonText.string(value));
    List<String> cells = List.of(Long.toString(key.info().id()), account, value);
    String heading = member.equals("key") ? "KEY" : "FILE";
    try (Results results =
        new Results(context.output(), context.format(), "ID", "ACCOUNT", heading)) {
      results.add(new Row(List.of(plain), JsonText.object(members), cells));
      results.finishSingle();
    }
  }
}
