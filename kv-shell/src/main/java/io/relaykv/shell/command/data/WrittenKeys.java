package io.relaykv.shell.command.data;

import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Results;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What put and delete print: nothing, unless a format other than plain is asked for. */
final class WrittenKeys implements AutoCloseable {
  private final Results results;
  private final String result;

  WrittenKeys(CommandContext context, String result) {
    this.results = new Results(context.output(), context.format(), "KEY", "RESULT");
    this.result = result;
  }

  void add(String key) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("key", JsonText.string(key));
    members.put("result", JsonText.string(result));
    results.add(new Row(List.of(), JsonText.object(members), List.of(key, result)));
  }

  void finish() {
    results.finish();
  }

  @Override
  public void close() {
    results.close();
  }
}
