package io.relaykv.shell.transfer;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the entries of lines into a cluster, many at a time; of two with one key the later one
 * stays. Used by one thread, but for {@link #stop}.
 */
public final class Import {
  private static final int MAX_OUTSTANDING = 1_024;

  private final KvClient client;
  private final Consumer<EntryLine> progress;
  private final Deque<Putting> puttings = new ArrayDeque<>();
  private final Set<String> keys = new HashSet<>();
  private volatile boolean stopping;
  private long stored;

  private record Putting(EntryLine line, String key, CompletableFuture<Void> done) {}

  /**
   * What has become of an import.
   *
   * @param stored how many entries were stored
   * @param stoppedAt the first line that was perhaps not, if it did not come to the end; all lines
   *     before it are stored, and perhaps some behind it
   * @param failure why its put failed, if that is why
   */
  public record Outcome(
      long stored, Optional<EntryLine> stoppedAt, @Nullable KvException failure) {}

  /**
   * Prepares an import.
   *
   * @param progress is told each line that has been stored
   */
  public Import(KvClient client, Consumer<EntryLine> progress) {
    this.client = client;
    this.progress = progress;
  }

  /** Has {@link #run} end soon. */
  public void stop() {
    stopping = true;
  }

  /**
   * Puts what the lines say, from line {@code from} on, until one is wrong or cannot be put.
   *
   * @throws java.io.UncheckedIOException if the lines cannot be read
   */
  public Outcome run(EntryLines lines, long from) {
    for (Optional<EntryLine> next = lines.next(); next.isPresent(); next = lines.next()) {
      EntryLine line = next.get();
      if (line.number() < from) {
        continue;
      }
      Optional<Outcome> failed = makeRoomFor(line);
      if (failed.isPresent()) {
        return failed.get();
      }
      if (stopping || line.entry().isEmpty()) {
        return settle(0).orElse(new Outcome(stored, next, null));
      }
      begin(line, line.entry().get());
    }
    return settle(0).orElse(new Outcome(stored, Optional.empty(), null));
  }

  /** An entry waits for an earlier one of the same key: two under way might change places. */
  private Optional<Outcome> makeRoomFor(EntryLine line) {
    boolean isAgain = line.entry().filter(entry -> keys.contains(entry.key())).isPresent();
    return settle(isAgain ? 0 : MAX_OUTSTANDING - 1);
  }

  private void begin(EntryLine line, Entry entry) {
    keys.add(entry.key());
    puttings.add(new Putting(line, entry.key(), client.async().put(entry.key(), entry.value())));
  }

  /** Waits until no more than {@code left} are under way; gives the outcome if one has failed. */
  private Optional<Outcome> settle(int left) {
    while (puttings.size() > left) {
      Putting first = puttings.remove();
      keys.remove(first.key());
      try {
        first.done().join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof KvException failure) {
          awaitTheRest();
          return Optional.of(new Outcome(stored, Optional.of(first.line()), failure));
        }
        throw e;
      }
      stored++;
      progress.accept(first.line());
    }
    return Optional.empty();
  }

  private void awaitTheRest() {
    for (Putting putting : puttings) {
      putting.done().handle((done, failure) -> null).join();
      if (!putting.done().isCompletedExceptionally()) {
        stored++;
      }
    }
    puttings.clear();
  }
}
