package io.relaykv.shell.command.account;

import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is printed of a change to an API key: nothing in plain. */
final class ChangedApiKey {
  private ChangedApiKey() {}

  static void print(CommandContext context, long id, String result) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("id", Long.toString(id));
    members.put("result", JsonText.string(result));
    try (Results results = new Results(context.output(), context.format(), "ID", "RESULT")) {
      List<String> cells = List.of(Long.toString(id), result);
      results.add(new Row(List.of(), JsonText.object(members), cells));
      results.finishSingle();
    }
  }
}
