package io.relaykv.tests.history;

import org.jspecify.annotations.Nullable;

/**
 * Who asks, in a history: one operation at a time. It becomes another client by itself after a
 * write whose outcome is unknown, because that write may take effect at any time afterwards: it is
 * still in flight. Thread-safe.
 */
public final class RecordedClient {
  private final HistoryRecorder recorder;
  private final @Nullable String account;
  private final @Nullable String node;
  private int id;
  private int values;
  private @Nullable PendingOperation pending;

  RecordedClient(HistoryRecorder recorder, @Nullable String account, @Nullable String node) {
    this.recorder = recorder;
    this.account = account;
    this.node = node;
    this.id = recorder.nextClientId();
  }

  /** A value that no other put of this history has: {@code client-number}. */
  public synchronized String newValue() {
    return id + "-" + ++values;
  }

  /** Begins a put; call it before anything is sent. */
  public PendingOperation put(String key, String value) {
    return begin(OpKind.PUT, key, value);
  }

  /** Begins a get; call it before anything is sent. */
  public PendingOperation get(String key) {
    return begin(OpKind.GET, key, null);
  }

  /** Begins a delete; call it before anything is sent. */
  public PendingOperation delete(String key) {
    return begin(OpKind.DELETE, key, null);
  }

  private synchronized PendingOperation begin(OpKind op, String key, @Nullable String value) {
    if (pending != null) {
      throw new IllegalStateException("client " + id + " has an operation in flight");
    }
    PendingOperation begun =
        new PendingOperation(recorder, this, id, account, node, op, key, value, System.nanoTime());
    recorder.begin(begun);
    pending = begun;
    return begun;
  }

  synchronized void ended(OpKind op, Outcome outcome) {
    pending = null;
    if (op.isWrite() && outcome == Outcome.UNKNOWN) {
      id = recorder.nextClientId();
    }
  }
}
