package io.relaykv.shell.command.account;

import io.relaykv.client.AccountInfo;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Accounts as rows. */
final class AccountView {
  static final String[] HEADINGS = {"NAME", "ID", "MAX BYTES", "USED BYTES", "API KEYS", "CREATED"};

  private AccountView() {}

  static Row row(AccountInfo account) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("id", Long.toString(account.id()));
    members.put("name", JsonText.string(account.name()));
    members.put("maxBytes", account.maxBytes() == 0 ? "null" : Long.toString(account.maxBytes()));
    members.put("usedBytes", Long.toString(account.usedBytes()));
    members.put("apiKeys", Integer.toString(account.apiKeys()));
    members.put("createdAt", JsonText.string(account.createdAt().toString()));
    return new Row(
        List.of(),
        JsonText.object(members),
        List.of(
            account.name(),
            Long.toString(account.id()),
            account.maxBytes() == 0 ? "no limit" : Long.toString(account.maxBytes()),
            Long.toString(account.usedBytes()),
            Integer.toString(account.apiKeys()),
            account.createdAt().toString()));
  }
}
