package io.relaykv.bench;

import bench.peers.Kv;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

/**
 * Lets the harness that drives other stores drive RelayKV through its client. The harness' values are random
 * bytes: they go in as a JSON string of Base64, a third larger. The environment names a file with the API key,
 * RELAYKV_BENCH_KEY, and the authorities to trust, RELAYKV_BENCH_TRUST, without which there is no TLS. Option
 * {@code conns}: so many clients, taken in turn; 1 by default.
 */
public final class RelayKvPeer implements Kv {
  private final List<KvClient> clients;
  private int next;

  public RelayKvPeer(String endpoints, Properties options) {
    KvClient[] opened = new KvClient[Integer.parseInt(options.getProperty("conns", "1"))];
    Arrays.setAll(opened, i -> open(endpoints));
    clients = List.of(opened);
  }

  private static KvClient open(String endpoints) {
    KvClient.Builder builder =
        KvClient.builder()
            .nodes(endpoints.split(","))
            .apiKeyFile(Path.of(System.getenv("RELAYKV_BENCH_KEY")));
    String trust = System.getenv("RELAYKV_BENCH_TRUST");
    return trust == null ? builder.build() : builder.trust(Path.of(trust)).build();
  }

  private KvAsyncClient client() {
    return clients.get(clients.size() == 1 ? 0 : (next++ & Integer.MAX_VALUE) % clients.size()).async();
  }

  @Override
  public CompletableFuture<?> putAsync(byte[] key, byte[] value) {
    return client().put(text(key), KvValue.of(Base64.getEncoder().encodeToString(value)));
  }

  @Override
  public CompletableFuture<byte[]> getAsync(byte[] key) {
    return client()
        .get(text(key))
        .thenApply(value -> value.map(v -> Base64.getDecoder().decode(v.asString())).orElse(null));
  }

  @Override
  public CompletableFuture<?> deleteAsync(byte[] key) {
    return client().delete(text(key));
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.US_ASCII);
  }

  @Override
  public String notes() {
    return "fsync before ack at a majority; reads linearizable; one stream with frames";
  }

  @Override
  public void close() {
    clients.forEach(KvClient::close);
  }
}
