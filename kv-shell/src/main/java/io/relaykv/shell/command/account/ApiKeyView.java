package io.relaykv.shell.command.account;

import io.relaykv.client.ApiKeyInfo;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Row;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** API keys as rows. */
final class ApiKeyView {
  static final String[] HEADINGS = {
    "ID", "ACCOUNT", "ALLOWS", "ENABLED", "EXPIRES", "CREATED", "LABEL"
  };

  private ApiKeyView() {}

  static Row row(ApiKeyInfo key) {
    return new Row(
        List.of(),
        JsonText.object(members(key)),
        List.of(
            Long.toString(key.id()),
            key.account(),
            String.join(",", rights(key)),
            key.enabled() ? "yes" : "no",
            key.expires().map(Instant::toString).orElse("never"),
            key.createdAt().toString(),
            key.label()));
  }

  static Map<String, String> members(ApiKeyInfo key) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("id", Long.toString(key.id()));
    members.put("account", JsonText.string(key.account()));
    members.put("rights", JsonText.array(rights(key).stream().map(JsonText::string).toList()));
    members.put("enabled", Boolean.toString(key.enabled()));
    members.put("expires", key.expires().map(at -> JsonText.string(at.toString())).orElse("null"));
    members.put("label", JsonText.string(key.label()));
    members.put("createdAt", JsonText.string(key.createdAt().toString()));
    return members;
  }

  private static List<String> rights(ApiKeyInfo key) {
    return key.rights().stream().sorted().map(ApiKeyView::word).toList();
  }

  static String word(ApiKeyRight right) {
    return right.name().toLowerCase(Locale.ROOT);
  }
}
