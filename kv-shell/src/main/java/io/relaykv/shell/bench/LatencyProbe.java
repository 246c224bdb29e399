package io.relaykv.shell.bench;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;

/** Puts and gets one key, one operation at a time. */
public final class LatencyProbe {
  /** These find connections and code cold, and do not count. */
  private static final int WARM_UP = 50;

  private LatencyProbe() {}

  /**
   * Measures {@code count} puts and as many gets, and removes the key.
   *
   * @throws io.relaykv.client.KvException if any of them fails
   */
  public static Measurement of(KvClient client, String key, int count) {
    run(client, key, WARM_UP, new Meter());
    Meter meter = new Meter();
    run(client, key, count, meter);
    client.delete(key);
    meter.sinceLast();
    return meter.total();
  }

  private static void run(KvClient client, String key, int count, Meter meter) {
    for (int i = 0; i < count; i++) {
      KvValue value = KvValue.of(i);
      measure(meter, Operation.PUT, () -> client.put(key, value));
      measure(meter, Operation.GET, () -> client.get(key));
    }
  }

  private static void measure(Meter meter, Operation operation, Runnable call) {
    long begin = System.nanoTime();
    call.run();
    meter.succeeded(operation, System.nanoTime() - begin);
  }
}
