package io.relaykv.tests.nemesis;

import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyInfo;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.NotAllowedException;
import io.relaykv.testkit.KvCluster;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** API keys that are disabled while they are in use. */
final class AccessFaults {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private AccessFaults() {}

  /** A guest writes without a pause; its key is disabled, and nothing of it takes effect then. */
  static Strike disableKey(Scene scene) {
    KvCluster cluster = scene.cluster();
    Guest guest = new Guest(cluster);
    guest.awaitWritten();
    try (KvAdmin admin = cluster.newAdmin()) {
      admin.disableApiKey(guest.keyId);
    }
    Optional<KvValue> last = guest.read();
    return new Strike(
        Set.of(),
        false,
        () -> {
          // Another fault may have taken the leader away before it could refuse anything.
          var unused = Scene.comesAbout(() -> guest.refused.get() > 0);
          guest.stop();
        },
        () -> {
          Optional<KvValue> now = guest.read();
          guest.close();
          if (!now.equals(last)) {
            throw new AssertionError(
                "a key that had been disabled wrote: %s became %s".formatted(last, now));
          }
          return Optional.of("%d writes were refused".formatted(guest.refused.get()))
              .filter(proof -> guest.refused.get() > 0);
        });
  }

  /** Somebody with a key of their own. */
  private static final class Guest {
    private final String name = "guest/" + System.nanoTime();
    private final AtomicLong refused = new AtomicLong();
    private final KvClient writer;
    private final KvClient reader;
    private final long keyId;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile boolean over;

    Guest(KvCluster cluster) {
      String key = cluster.newApiKey(KvCluster.ACCOUNT, ApiKeyRight.WRITE);
      try (KvAdmin admin = cluster.newAdmin()) {
        keyId = admin.apiKeys().stream().mapToLong(ApiKeyInfo::id).max().orElseThrow();
      }
      writer =
          KvClient.builder()
              .nodes(cluster.addresses())
              .apiKey(key)
              .requestTimeout(Duration.ofSeconds(1))
              .build();
      reader = cluster.newClient(PATIENCE);
      thread.execute(this::write);
    }

    private void write() {
      for (long i = 0; !over; i++) {
        try {
          writer.put(name, i);
        } catch (NotAllowedException e) {
          refused.incrementAndGet();
        } catch (KvException e) {
          // Another fault, or a leader that is no more.
        }
      }
    }

    void awaitWritten() {
      await("the guest to write").atMost(PATIENCE).until(() -> read().isPresent());
    }

    Optional<KvValue> read() {
      return reader.get(name);
    }

    void stop() {
      over = true;
      thread.shutdown();
    }

    void close() {
      writer.close();
      reader.close();
    }
  }
}
