package io.relaykv.shell.prompt;

import io.relaykv.client.KeyPage;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keys of the store that complete what is being typed: at most {@value #MAX_KEYS}, asked for in the
 * background and kept for some seconds. Whoever types never waits for longer than twice {@link
 * #PATIENCE}; a slow cluster's keys are there when TAB is pressed again. Confined to the thread
 * that reads lines.
 */
final class KeyCandidates implements Iterable<String>, AutoCloseable {
  static final int MAX_KEYS = 500;
  static final Duration PATIENCE = Duration.ofMillis(150);
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "completion");
            thread.setDaemon(true);
            return thread;
          });
  private final Supplier<KvClient> connect;
  private final LongSupplier nanoTime;
  private String typed = "";
  private Listing known = new Listing("", List.of(), true, Long.MIN_VALUE);
  private Optional<Future<Listing>> asked = Optional.empty();

  /**
   * What the cluster has said.
   *
   * @param prefix that was asked for
   * @param keys the first of those that begin with it
   * @param more whether there are others
   * @param asOf when, by the clock that was given
   */
  private record Listing(String prefix, List<String> keys, boolean more, long asOf) {
    boolean answers(String typed, long now) {
      return asOf != Long.MIN_VALUE
          && now - asOf < FRESH.toNanos()
          && (prefix.equals(typed) || (!more && typed.startsWith(prefix)));
    }
  }

  /**
   * Asks nobody yet.
   *
   * @param connect gives a client, which is closed after use; may fail
   * @param nanoTime any steady clock
   */
  KeyCandidates(Supplier<KvClient> connect, LongSupplier nanoTime) {
    this.connect = connect;
    this.nanoTime = nanoTime;
  }

  /** Says what the keys are to begin with. */
  void typed(String prefix) {
    typed = prefix;
  }

  @Override
  public Iterator<String> iterator() {
    if (!known.answers(typed, nanoTime.getAsLong())) {
      ask(typed);
      takeAnswer();
      // The answer may be one to what was typed before.
      if (asked.isEmpty() && !known.answers(typed, nanoTime.getAsLong())) {
        ask(typed);
        takeAnswer();
      }
    }
    return known.keys().stream().filter(key -> key.startsWith(typed)).iterator();
  }

  /** Unless there is a question that is not answered yet. */
  private void ask(String prefix) {
    if (asked.isEmpty()) {
      asked = Optional.of(background.submit(() -> list(prefix)));
    }
  }

  private void takeAnswer() {
    try {
      known = asked.orElseThrow().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      asked = Optional.empty();
    } catch (TimeoutException e) {
      // There next time.
    } catch (ExecutionException e) {
      // Without keys then; a command says what is wrong.
      asked = Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Listing list(String prefix) {
    List<String> keys = new ArrayList<>();
    try (KvClient client = connect.get()) {
      Optional<String> next = Optional.of("");
      while (next.isPresent() && keys.size() < MAX_KEYS) {
        KeyPage page = client.keys(prefix, MAX_KEYS - keys.size(), next.get());
        keys.addAll(page.keys());
        next = page.next();
      }
      return new Listing(prefix, List.copyOf(keys), next.isPresent(), nanoTime.getAsLong());
    } catch (KvException e) {
      // Nor is it asked again at once.
      return new Listing(prefix, List.of(), false, nanoTime.getAsLong());
    }
  }

  @Override
  public void close() {
    background.shutdownNow();
  }
}
