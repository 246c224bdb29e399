package io.relaykv.shell.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.FakeCluster;
import io.relaykv.shell.failure.ShellException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class KeyCandidatesTest {
  private static final long SECOND = 1_000_000_000;

  private final FakeCluster cluster = new FakeCluster();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void asksOnceForWhatItKnowsAlready() {
    put("a/1", "a/2", "b");
    try (KeyCandidates keys = new KeyCandidates(this::connect, nanos::get)) {
      assertThat(typed(keys, "a/")).containsExactly("a/1", "a/2");
      put("a/3");
      assertThat(typed(keys, "a/")).containsExactly("a/1", "a/2");
      assertThat(typed(keys, "a/2")).containsExactly("a/2");
      assertThat(asked).hasValue(1);
      assertThat(typed(keys, "")).containsExactly("a/1", "a/2", "a/3", "b");
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void asksAgainAfterSomeSeconds() {
    put("a");
    try (KeyCandidates keys = new KeyCandidates(this::connect, nanos::get)) {
      assertThat(typed(keys, "")).containsExactly("a");
      put("b");
      nanos.addAndGet(6 * SECOND);
      assertThat(typed(keys, "")).containsExactly("a", "b");
    }
  }

  @Test
  void takesNoMoreThanSoMany() {
    for (int i = 0; i < 1_000; i++) {
      put("k%04d".formatted(i));
    }
    try (KeyCandidates keys = new KeyCandidates(this::connect, nanos::get)) {
      assertThat(typed(keys, "k")).hasSize(KeyCandidates.MAX_KEYS).startsWith("k0000", "k0001");
      // Not among those: the cluster is asked for what begins so.
      assertThat(typed(keys, "k099")).hasSize(10);
    }
  }

  @Test
  void doesNotWaitForASlowCluster() {
    put("a");
    CountDownLatch answer = new CountDownLatch(1);
    Supplier<KvClient> slow =
        () -> {
          try {
            answer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return connect();
        };
    try (KeyCandidates keys = new KeyCandidates(slow, nanos::get)) {
      long before = System.nanoTime();
      assertThat(typed(keys, "")).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
      assertThat(typed(keys, "")).isEmpty();
      answer.countDown();
      await("keys").untilAsserted(() -> assertThat(typed(keys, "")).containsExactly("a"));
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void hasNoneWhereTheClusterFails() {
    cluster.failures.put("", new UnavailableException("no leader", List.of()));
    try (KeyCandidates keys = new KeyCandidates(this::connect, nanos::get)) {
      assertThat(typed(keys, "")).isEmpty();
    }
    Supplier<KvClient> none =
        () -> {
          throw new ShellException("no API key", "");
        };
    try (KeyCandidates keys = new KeyCandidates(none, nanos::get)) {
      assertThat(typed(keys, "")).isEmpty();
    }
  }

  private KvClient connect() {
    asked.incrementAndGet();
    return cluster;
  }

  private void put(String... names) {
    List.of(names).forEach(name -> cluster.values.put(name, KvValue.of(true)));
  }

  private static List<String> typed(KeyCandidates keys, String prefix) {
    keys.typed(prefix);
    List<String> found = new ArrayList<>();
    keys.forEach(found::add);
    return found;
  }
}
