package io.relaykv.tests.history;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An operation that has begun. It ends once, on any thread. */
public final class PendingOperation {
  private final HistoryRecorder recorder;
  private final RecordedClient owner;
  private final int client;
  private final @Nullable String account;
  private final @Nullable String node;
  private final OpKind op;
  private final String key;
  private final @Nullable String written;
  private final long call;

  PendingOperation(
      HistoryRecorder recorder,
      RecordedClient owner,
      int client,
      @Nullable String account,
      @Nullable String node,
      OpKind op,
      String key,
      @Nullable String written,
      long call) {
    this.recorder = recorder;
    this.owner = owner;
    this.client = client;
    this.account = account;
    this.node = node;
    this.op = op;
    this.key = key;
    this.written = written;
    this.call = call;
  }

  /** A put or delete was acknowledged. */
  public void ok() {
    long now = System.nanoTime();
    if (!op.isWrite()) {
      throw new IllegalStateException("a get ends with what it read");
    }
    end(Outcome.OK, written, null, now);
  }

  /** A get was answered: with this value, or that there is none. */
  public void ok(Optional<String> read) {
    long now = System.nanoTime();
    if (op.isWrite()) {
      throw new IllegalStateException("a " + op + " reads nothing");
    }
    end(Outcome.OK, read.orElse(null), null, now);
  }

  /** It was certainly not applied, and never will be. */
  public void failed(String err) {
    end(Outcome.FAIL, written, err, System.nanoTime());
  }

  /** Anything else: no answer in time, a broken connection, an error that promises nothing. */
  public void unknown(String err) {
    end(Outcome.UNKNOWN, written, err, System.nanoTime());
  }

  private void end(Outcome outcome, @Nullable String value, @Nullable String err, long now) {
    recorder.end(this, operation(outcome, value, err, now));
    owner.ended(op, outcome);
  }

  Operation inFlightAtTheEnd(long now) {
    return operation(Outcome.UNKNOWN, written, "in flight when the history was closed", now);
  }

  private Operation operation(
      Outcome outcome, @Nullable String value, @Nullable String err, long now) {
    long returned = Math.max(now, call + 1); // on clocks that stand still for that long
    return new Operation(client, account, op, key, value, call, returned, outcome, node, null, err);
  }
}
