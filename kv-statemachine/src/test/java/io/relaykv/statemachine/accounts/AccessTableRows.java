package io.relaykv.statemachine.accounts;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Everything that a table shows, to compare the view in memory with the rows in the store. */
public final class AccessTableRows {
  private AccessTableRows() {}

  /** A line for each account and each API key, reached by every way there is. */
  public static List<String> of(AccessTable table) {
    return Stream.concat(
            table.accounts().stream()
                .flatMap(
                    account ->
                        Stream.of(
                            "%s %s %s keys %s"
                                .formatted(
                                    account,
                                    table
                                        .account(account.id())
                                        .equals(table.account(account.name())),
                                    HexFormat.of().formatHex(account.toRow()),
                                    table.apiKeysOf(account.id()).stream()
                                        .map(AccessTableRows::row)
                                        .toList()))),
            table.apiKeys().stream()
                .map(key -> row(key) + table.apiKey(key.id()).map(AccessTableRows::row)))
        .toList();
  }

  private static String row(ApiKey key) {
    return key + " " + HexFormat.of().formatHex(key.toRow());
  }
}
