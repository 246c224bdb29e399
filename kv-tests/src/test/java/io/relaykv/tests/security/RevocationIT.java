package io.relaykv.tests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.NewApiKey;
import io.relaykv.client.NotAllowedException;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that has been taken away has no effect any more, whatever was under way with it. */
class RevocationIT {
  private static final int REPETITIONS = Integer.getInteger("relaykv.revocation.rounds", 6);
  private static final int WRITERS = 8;
  private static final int IN_FLIGHT = 64;

  private static KvCluster cluster;
  private static KvAdmin admin;
  private static KvClient observer;
  private static final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  static void start(@TempDir Path directory) {
    cluster = KvCluster.inProcess(3, directory);
    admin = cluster.newAdmin();
    observer = cluster.newClient();
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
    observer.close();
    admin.close();
    cluster.close();
  }

  @Test
  void noWriteTakesEffectAfterItsKeyWasDisabled() {
    for (int i = 0; i < REPETITIONS; i++) {
      assertNothingChangesAfter(id -> admin.disableApiKey(id));
    }
  }

  @Test
  void noWriteTakesEffectAfterItsKeyWasDeleted() {
    for (int i = 0; i < 3; i++) {
      assertNothingChangesAfter(admin::deleteApiKey);
    }
  }

  /** It must not hear that they may have taken effect: nothing of what it sends is even read. */
  @Test
  void aNewClientLearnsThatNoneOfItsWritesTookEffect() {
    NewApiKey key =
        admin.createApiKey(
            KvCluster.ACCOUNT, EnumSet.of(ApiKeyRight.WRITE), Optional.empty(), "to be revoked");
    admin.disableApiKey(key.info().id());
    for (int i = 0; i < 20; i++) {
      try (KvClient client = cluster.newClient(key.reveal())) {
        assertThatThrownBy(() -> client.put("w/new", 1)).isInstanceOf(NotAllowedException.class);
        assertThatThrownBy(() -> client.put("w/new", 2)).isInstanceOf(NotAllowedException.class);
      }
    }
    assertThat(observer.get("w/new")).isEmpty();
  }

  private static void assertNothingChangesAfter(Consumer<Long> revocation) {
    NewApiKey key =
        admin.createApiKey(
            KvCluster.ACCOUNT, EnumSet.of(ApiKeyRight.WRITE), Optional.empty(), "to be revoked");
    List<Writer> writers = IntStream.range(0, WRITERS).mapToObj(Writer::new).toList();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    try (KvClient client = cluster.newClient(key.reveal())) {
      writers.forEach(
          writer -> running.add(CompletableFuture.runAsync(() -> writer.run(client), threads)));
      await("every writer to be well under way")
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> writers.stream().allMatch(writer -> writer.acknowledged.get() > IN_FLIGHT));

      revocation.accept(key.info().id());

      Map<String, KvValue> atOnce = content();
      running.forEach(CompletableFuture::join);
      assertThat(content()).as("after every write under way has ended").isEqualTo(atOnce);
      writers.forEach(
          writer ->
              assertThat(atOnce.get(writer.key).asLong())
                  .as("%s: all that was acknowledged is there", writer.key)
                  .isGreaterThanOrEqualTo(writer.acknowledged.get()));
    }
  }

  private static Map<String, KvValue> content() {
    Map<String, KvValue> content = new TreeMap<>();
    observer.keys("w/").forEach(key -> content.put(key, observer.get(key).orElseThrow()));
    return content;
  }

  @Test
  void aKeyThatIsEnabledAgainWorksAgain() {
    NewApiKey key =
        admin.createApiKey(
            KvCluster.ACCOUNT, EnumSet.allOf(ApiKeyRight.class), Optional.empty(), "");
    try (KvClient client = cluster.newClient(key.reveal())) {
      client.put("again", 1);
      assertThat(admin.disableApiKey(key.info().id()).enabled()).isFalse();
      assertThat(catchFailure(() -> client.put("again", 2)))
          .isInstanceOf(NotAllowedException.class);
      assertThat(catchFailure(() -> client.get("again"))).isInstanceOf(NotAllowedException.class);
      assertThat(admin.enableApiKey(key.info().id()).enabled()).isTrue();
      assertThat(client.get("again")).hasValue(KvValue.of(1));
      client.put("again", 3);
      assertThat(client.get("again")).hasValue(KvValue.of(3));
    }
  }

  @Test
  void anAccountTakesItsDataAndKeysWithItAndItsNameStartsAnew() {
    admin.createAccount("short-lived", 0);
    String first = cluster.newApiKey("short-lived", ApiKeyRight.READ, ApiKeyRight.WRITE);
    try (KvClient client = cluster.newClient(first)) {
      for (int i = 0; i < 100; i++) {
        client.put("k" + i, i);
      }
      admin.deleteAccount("short-lived");
      assertThat(catchFailure(() -> client.get("k1"))).isInstanceOf(NotAllowedException.class);
    }
    admin.createAccount("short-lived", 0);
    String second = cluster.newApiKey("short-lived", ApiKeyRight.READ, ApiKeyRight.WRITE);
    try (KvClient client = cluster.newClient(second);
        KvClient withOldKey = cluster.newClient(first)) {
      assertThat(client.keys("")).as("keys of the new account of the old name").isEmpty();
      assertThat(catchFailure(() -> withOldKey.get("k1"))).isInstanceOf(NotAllowedException.class);
    }
  }

  @Test
  void anAccountHoldsNoMoreThanItMay() {
    admin.createAccount("small", 1000);
    String key = cluster.newApiKey("small", ApiKeyRight.READ, ApiKeyRight.WRITE);
    try (KvClient client = cluster.newClient(key)) {
      client.put("a", "x".repeat(497)); // 1 byte of key, 2 quotes
      client.put("b", "x".repeat(497));

      assertThat(catchFailure(() -> client.put("c", 1)))
          .as("a put beyond the limit")
          .hasMessageContaining("small holds 1000 bytes of at most 1000");
      client.put("b", "x".repeat(400));
      client.put("c", 1);
      client.delete("a");
      client.put("d", "x".repeat(400));

      assertThat(admin.account("small").orElseThrow().usedBytes()).isEqualTo(403 + 2 + 403);
    }
  }

  private static KvException catchFailure(Runnable operation) {
    return catchThrowableOfType(KvException.class, operation::run);
  }

  /** Puts rising numbers under a key of its own until its API key is refused. */
  private static final class Writer {
    private final String key;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean refused = new AtomicBoolean();

    Writer(int number) {
      this.key = "w/" + number;
    }

    void run(KvClient client) {
      List<CompletableFuture<Void>> inFlight = new ArrayList<>();
      for (long value = 1; !refused.get(); value++) {
        inFlight.add(put(client, value));
        if (inFlight.size() == IN_FLIGHT) {
          inFlight.remove(0).join();
        }
      }
      // And now that it knows, it tries some more.
      for (long value = 1_000_000_000; value < 1_000_000_000 + IN_FLIGHT; value++) {
        inFlight.add(put(client, value));
      }
      inFlight.forEach(CompletableFuture::join);
    }

    private CompletableFuture<Void> put(KvClient client, long value) {
      return client
          .async()
          .put(key, KvValue.of(value))
          .handle(
              (done, failure) -> {
                Throwable cause =
                    failure instanceof CompletionException ? failure.getCause() : failure;
                if (cause == null) {
                  acknowledged.accumulateAndGet(value, Math::max);
                } else if (cause instanceof NotAllowedException) {
                  refused.set(true);
                } else {
                  throw new CompletionException(cause);
                }
                return null;
              });
    }
  }
}
