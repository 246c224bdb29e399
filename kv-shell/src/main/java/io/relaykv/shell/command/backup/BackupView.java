package io.relaykv.shell.command.backup;

import io.relaykv.client.BackedUpAccount;
import io.relaykv.client.BackupInfo;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Output;
import io.relaykv.shell.output.Quantities;
import io.relaykv.shell.output.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is in a backup, for people and as JSON. */
final class BackupView {
  private final BackupInfo info;

  BackupView(BackupInfo info) {
    this.info = info;
  }

  /**
   * A file that the command line names.
   *
   * @throws ShellException if it is not there
   */
  static Path existing(CommandContext context, Path file) {
    Path found = context.environment().workingDirectory().resolve(file);
    if (!Files.isRegularFile(found)) {
      throw new ShellException(file + ": no such file", "");
    }
    return found;
  }

  /**
   * Prints it.
   *
   * @param result what has been done: {@code created}
   */
  void print(CommandContext context, String result) {
    Output output = context.output();
    switch (context.format()) {
      case PLAIN -> {
        output.line(sentence(result));
        output.line("SHA-256 " + info.sha256());
        output.line("");
        table().print(output);
      }
      case JSON, JSONL -> output.line(document(result));
      case TABLE -> table().print(output);
    }
    output.flush();
  }

  private String sentence(String result) {
    return String.format(
        Locale.ROOT,
        "%s%s. %s, %s and %s (%s) of cluster %s as of log entry %d, by %s at %s.",
        result.substring(0, 1).toUpperCase(Locale.ROOT),
        result.substring(1),
        count(info.accounts().size(), "account"),
        count(info.apiKeys(), "API key"),
        count(info.keys(), "key"),
        Quantities.bytes(info.dataBytes()),
        info.clusterName(),
        info.appliedIndex(),
        info.node(),
        info.createdAt());
  }

  private static String count(long number, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }

  private Table table() {
    Table table = new Table("ACCOUNT", "ID", "MAX BYTES", "API KEYS", "KEYS", "BYTES");
    for (BackedUpAccount account : info.accounts()) {
      table.add(
          List.of(
              account.name(),
              Long.toString(account.id()),
              account.maxBytes() == 0 ? "no limit" : Long.toString(account.maxBytes()),
              Long.toString(account.apiKeys()),
              Long.toString(account.keys()),
              Long.toString(account.dataBytes())));
    }
    return table;
  }

  private String document(String result) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("result", JsonText.string(result));
    members.put("sha256", JsonText.string(info.sha256()));
    members.put("fileBytes", Long.toString(info.fileBytes()));
    members.put("cluster", JsonText.string(info.clusterName()));
    members.put("clusterId", JsonText.string(info.clusterId()));
    members.put("node", JsonText.string(info.node()));
    members.put("applied", Long.toString(info.appliedIndex()));
    members.put("createdAt", JsonText.string(info.createdAt().toString()));
    members.put("apiKeys", Long.toString(info.apiKeys()));
    members.put("keys", Long.toString(info.keys()));
    members.put("dataBytes", Long.toString(info.dataBytes()));
    members.put(
        "accounts", JsonText.array(info.accounts().stream().map(BackupView::object).toList()));
    return JsonText.object(members);
  }

  private static String object(BackedUpAccount account) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("id", Long.toString(account.id()));
    members.put("name", JsonText.string(account.name()));
    members.put("maxBytes", account.maxBytes() == 0 ? "null" : Long.toString(account.maxBytes()));
    members.put("apiKeys", Long.toString(account.apiKeys()));
    members.put("keys", Long.toString(account.keys()));
    members.put("dataBytes", Long.toString(account.dataBytes()));
    return JsonText.object(members);
  }
}
