package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one account does to the cluster is little felt by another. */
@Tag("alone")
@Tag("thorough")
class NoisyNeighbourIT {
  private static final int QUIET_OPERATIONS = 30;
  private static final int LISTED_KEYS = 20_000;

  /**
   * In one queue with the noisy account's operations, of which many are waiting, those of the quiet
   * one would take as long as they do. How long that is depends on the machine.
   */
  private static final int TIMES_FASTER = 3;

  @Test
  void aFloodOfWritesAndListingsDelaysOthersLittle(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.processes(3, directory);
        KvAdmin admin = cluster.newAdmin();
        Noise noise = new Noise(cluster);
        KvClient quiet = cluster.newClient(quietKey(cluster, admin))) {
      noise.start();
      noise.awaitLoud();
      long writesBefore = noise.writes.get();
      long listingsBefore = noise.listings.get();
      long start = System.nanoTime();

      Duration put = median(() -> quiet.put("flag", true));
      Duration get = median(() -> assertThat(quiet.get("flag")).hasValue(KvValue.of(true)));
      Duration keys = median(() -> assertThat(quiet.keys("", 10).keys()).containsExactly("flag"));

      Duration time = Duration.ofNanos(System.nanoTime() - start);
      long writes = noise.writes.get() - writesBefore;
      long listings = noise.listings.get() - listingsBefore;
      assertThat(writes).as("noise: writes meanwhile").isPositive();
      assertThat(listings).as("noise: pages meanwhile").isPositive();
      // As always so many are under way, each takes as long as so many take to be answered.
      Duration noisyPut = time.multipliedBy(Noise.WRITERS * Noise.IN_FLIGHT).dividedBy(writes);
      Duration noisyKeys = time.multipliedBy(Noise.LISTERS).dividedBy(listings);
      System.out.printf(
          "quiet account: put %d ms, get %d ms, keys %d ms (medians); noisy one: put %d ms, keys %d ms%n",
          put.toMillis(),
          get.toMillis(),
          keys.toMillis(),
          noisyPut.toMillis(),
          noisyKeys.toMillis());
      assertThat(put).as("median of a put").isLessThan(noisyPut.dividedBy(TIMES_FASTER));
      assertThat(get).as("median of a get").isLessThan(noisyPut.dividedBy(TIMES_FASTER));
      assertThat(keys).as("median of a listing").isLessThan(noisyKeys.dividedBy(TIMES_FASTER));
    }
  }

  private static String quietKey(KvCluster cluster, KvAdmin admin) {
    admin.createAccount("quiet", 0);
    return cluster.newApiKey("quiet", ApiKeyRight.READ, ApiKeyRight.WRITE);
  }

  private static Duration median(Runnable operation) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < QUIET_OPERATIONS; i++) {
      long start = System.nanoTime();
      operation.run();
      nanos.add(System.nanoTime() - start);
    }
    nanos.sort(Long::compare);
    return Duration.ofNanos(nanos.get(nanos.size() / 2));
  }

  /** Clients of one account that ask for all they can get. */
  private static final class Noise implements AutoCloseable {
    private static final int WRITERS = 4;
    private static final int LISTERS = 50;

    /** Writes, of each writer. */
    private static final int IN_FLIGHT = 4_000;

    private final List<KvClient> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong listings = new AtomicLong();

    Noise(KvCluster cluster) {
      for (int i = 0; i < WRITERS; i++) {
        clients.add(cluster.newClient(Duration.ofMinutes(1)));
      }
    }

    void start() {
      clients.forEach(client -> threads.execute(() -> write(client)));
      for (int i = 0; i < LISTERS; i++) {
        KvClient client = clients.get(i % WRITERS);
        threads.execute(() -> list(client));
      }
    }

    private void write(KvClient client) {
      Semaphore inFlight = new Semaphore(IN_FLIGHT);
      String value = "x".repeat(100);
      for (long i = 0; !over.get(); i++) {
        inFlight.acquireUninterruptibly();
        CompletableFuture<Void> put =
            client.async().put("noise/" + i % LISTED_KEYS, KvValue.of(value));
        var unused =
            put.whenComplete(
                (done, failure) -> {
                  inFlight.release();
                  if (failure == null) {
                    writes.incrementAndGet();
                  }
                });
      }
    }

    private void list(KvClient client) {
      while (!over.get()) {
        try {
          listings.addAndGet(client.keys("noise/", 10_000).keys().isEmpty() ? 0 : 1);
        } catch (KvException e) {
          if (!over.get()) {
            throw e;
          }
        }
      }
    }

    void awaitLoud() {
      await("the noise")
          .atMost(Duration.ofSeconds(60))
          .until(() -> writes.get() > 2L * LISTED_KEYS && listings.get() > LISTERS);
    }

    @Override
    public void close() {
      over.set(true);
      clients.forEach(KvClient::close);
      threads.shutdown();
      try {
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
