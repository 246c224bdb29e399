package io.relaykv.tests.workload;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.KvValue.KvString;
import io.relaykv.tests.history.Outcome;
import io.relaykv.tests.history.PendingOperation;
import io.relaykv.tests.history.RecordedClient;

/** One client of which every operation is recorded; for one thread. */
final class RecordedKv {
  private final KvClient client;
  private final RecordedClient record;
  private final Outcomes outcomes;

  RecordedKv(KvClient client, RecordedClient record, Outcomes outcomes) {
    this.client = client;
    this.record = record;
    this.outcomes = outcomes;
  }

  /** A value that nobody else puts. */
  String newValue() {
    return record.newValue();
  }

  Outcome put(String key, String unique) {
    return put(key, unique, unique);
  }

  /**
   * Puts {@code value}, of which the history gets {@code unique}.
   *
   * @return what came of it
   */
  Outcome put(String key, String unique, String value) {
    PendingOperation operation = record.put(key, unique);
    try {
      client.put(key, value);
      operation.ok();
      return Outcome.OK;
    } catch (KvException e) {
      return failed(operation, e);
    }
  }

  Outcome delete(String key) {
    PendingOperation operation = record.delete(key);
    try {
      client.delete(key);
      operation.ok();
      return Outcome.OK;
    } catch (KvException e) {
      return failed(operation, e);
    }
  }

  void get(String key) {
    PendingOperation operation = record.get(key);
    try {
      operation.ok(client.get(key).map(RecordedKv::unique));
    } catch (KvException e) {
      failed(operation, e);
    }
  }

  /** What the history has of a value; anything that nobody has put is in it as it is. */
  static String unique(KvValue value) {
    return value instanceof KvString text
        ? BigValue.unique(text.asString()).orElse(text.asString())
        : value.toString();
  }

  private Outcome failed(PendingOperation operation, KvException e) {
    return switch (outcomes.of(e)) {
      case NOT_APPLIED -> {
        operation.failed(e.getMessage());
        yield Outcome.FAIL;
      }
      case UNKNOWN -> {
        operation.unknown(e.getMessage());
        yield Outcome.UNKNOWN;
      }
    };
  }
}
