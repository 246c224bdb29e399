package io.relaykv.shell.bench;

import io.relaykv.client.KvAsyncClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Sends operations as a load has them, and meters how they end. Thread-safe. */
final class Requests {
  private static final CompletableFuture<Void> ENDED = CompletableFuture.completedFuture(null);

  private final double getShare;
  private final String prefix;
  private final KeyChoice keys;
  private final Values values;
  private final Meter meter;

  Requests(double getShare, String prefix, KeyChoice keys, Values values, Meter meter) {
    this.getShare = getShare;
    this.prefix = prefix;
    this.keys = keys;
    this.values = values;
    this.meter = meter;
  }

  /**
   * Sends one.
   *
   * @param begun when it should have been sent (System.nanoTime): its time counts from then
   * @return completed when it has ended, normally whatever came of it
   */
  CompletableFuture<Void> send(KvAsyncClient client, long begun) {
    RandomGenerator random = ThreadLocalRandom.current();
    String key = prefix + keys.next(random);
    boolean get = getShare > 0 && random.nextDouble() < getShare;
    Operation operation = get ? Operation.GET : Operation.PUT;
    try {
      CompletableFuture<?> answer = get ? client.get(key) : client.put(key, values.next(random));
      return answer.handle(
          (found, failure) -> {
            if (failure == null) {
              meter.succeeded(operation, System.nanoTime() - begun);
            } else {
              meter.failed(failure);
            }
            return null;
          });
    } catch (RuntimeException e) {
      meter.failed(e);
      return ENDED;
    }
  }
}
