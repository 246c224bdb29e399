package io.relaykv.tests.workload;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.PendingOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Reads many keys at the same time through one node, when the cluster is whole again. */
final class ReadBack {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private ReadBack() {}

  /** A client that begins at that node. */
  static KvClient through(String node, KvCluster cluster, String apiKey) {
    return KvClient.builder()
        .nodes(cluster.addressOf(node))
        .apiKey(apiKey)
        .requestTimeout(PATIENCE)
        .build();
  }

  /**
   * Reads them for the history, which says what may be there.
   *
   * @param account whose they are; null if that of the cluster
   * @throws KvException if one cannot be read
   */
  static void record(
      KvClient reader, HistoryRecorder recorder, @Nullable String account, List<String> keys) {
    // Each is a client of its own, as a client has one operation under way.
    List<CompletableFuture<?>> reads = new ArrayList<>();
    for (String key : keys) {
      PendingOperation operation = recorder.newClient(account, null).get(key);
      reads.add(
          reader
              .async()
              .get(key)
              .whenComplete(
                  (found, failure) -> {
                    if (failure != null) {
                      operation.failed(failure.toString());
                    } else {
                      operation.ok(found.map(RecordedKv::unique));
                    }
                  }));
    }
    reads.forEach(ReadBack::join);
  }

  /**
   * The same as {@link CompletableFuture#join}.
   *
   * @throws KvException if it has failed with one
   */
  static <T> T join(CompletableFuture<T> read) {
    try {
      return read.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof KvException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
