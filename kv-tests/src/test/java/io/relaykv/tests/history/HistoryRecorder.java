package io.relaykv.tests.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what clients ask and are told, in a file and in memory. Thread-safe.
 *
 * <pre>
 * PendingOperation pending = client.put(key, client.newValue());   // the clock is read here
 * try {
 *   kv.put(key, ...);
 *   pending.ok();
 * } catch (OutcomeUnknownException e) {
 *   pending.unknown(e.toString());
 * } catch (KvException e) {
 *   pending.failed(e.toString());
 * }
 * </pre>
 */
public final class HistoryRecorder implements AutoCloseable {
  private final HistoryFile file;
  private final List<Operation> operations = new ArrayList<>();
  private final Set<PendingOperation> inFlight = new LinkedHashSet<>();
  private int clients;
  private boolean closed;

  /** Begins a new file. */
  public HistoryRecorder(Path file) throws IOException {
    this.file = HistoryFile.create(file);
  }

  /** A client that asks any node. */
  public RecordedClient newClient() {
    return new RecordedClient(this, null, null);
  }

  /** A client that asks this node alone. */
  public RecordedClient newClient(String node) {
    return new RecordedClient(this, null, node);
  }

  /**
   * A client of an account.
   *
   * @param account whose keys it asks for; null if there is only one
   * @param node whom it asks; null if any
   */
  public RecordedClient newClient(@Nullable String account, @Nullable String node) {
    return new RecordedClient(this, account, node);
  }

  /** All that has ended so far, in the order in which it has. */
  public synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** Counts of what has ended so far. */
  public HistorySummary summary() {
    return new HistorySummary(operations());
  }

  /**
   * Writes down what is still in flight, with the outcome unknown: it may have been applied, and
   * reads may have seen it. What comes of it later is ignored.
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    for (PendingOperation pending : inFlight) {
      add(pending.inFlightAtTheEnd(System.nanoTime()));
    }
    inFlight.clear();
    file.close();
  }

  synchronized int nextClientId() {
    return ++clients;
  }

  synchronized void begin(PendingOperation pending) {
    if (closed) {
      throw new IllegalStateException("this history is closed");
    }
    inFlight.add(pending);
  }

  synchronized void end(PendingOperation pending, Operation operation) {
    if (closed) {
      return;
    }
    if (!inFlight.remove(pending)) {
      throw new IllegalStateException("an operation that has ended ends again: " + operation);
    }
    try {
      add(operation);
    } catch (IOException e) {
      throw new UncheckedIOException("an operation is not in the history file", e);
    }
  }

  /** The file is written under the lock, so that it has the order of the list. */
  private void add(Operation operation) throws IOException {
    operations.add(operation);
    file.append(operation);
  }
}
