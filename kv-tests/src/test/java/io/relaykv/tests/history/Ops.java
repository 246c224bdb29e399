package io.relaykv.tests.history;

import org.jspecify.annotations.Nullable;

/** Short ways to write operations down in a test. Times are in milliseconds. */
final class Ops {
  private Ops() {}

  static Operation put(int client, String value, long call, long returned, Outcome outcome) {
    return op(client, OpKind.PUT, value, call, returned, outcome);
  }

  static Operation put(int client, String value, long call, long returned) {
    return put(client, value, call, returned, Outcome.OK);
  }

  /** A get that found {@code value}, or nothing. */
  static Operation get(int client, @Nullable String value, long call, long returned) {
    return op(client, OpKind.GET, value, call, returned, Outcome.OK);
  }

  static Operation delete(int client, long call, long returned, Outcome outcome) {
    return op(client, OpKind.DELETE, null, call, returned, outcome);
  }

  static Operation delete(int client, long call, long returned) {
    return delete(client, call, returned, Outcome.OK);
  }

  static Operation op(
      int client, OpKind op, @Nullable String value, long call, long returned, Outcome outcome) {
    return new Operation(
        client,
        null,
        op,
        "k",
        value,
        call * 1_000_000,
        returned * 1_000_000,
        outcome,
        null,
        null,
        null);
  }

  /** The same operation on the key of another account. */
  static Operation on(@Nullable String account, String key, Operation operation) {
    return new Operation(
        operation.client(),
        account,
        operation.op(),
        key,
        operation.value(),
        operation.call(),
        operation.returned(),
        operation.outcome(),
        operation.node(),
        operation.attempt(),
        operation.err());
  }

  /** The same get, if it had returned that, or nothing. */
  static Operation reading(@Nullable String value, Operation get) {
    return new Operation(
        get.client(),
        get.account(),
        get.op(),
        get.key(),
        value,
        get.call(),
        get.returned(),
        get.outcome(),
        get.node(),
        get.attempt(),
        get.err());
  }
}
