package io.relaykv.tests.fault;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.v1.Response;
import io.relaykv.testkit.KvCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Offers one write to several nodes until one of them, as soon as it leads, takes it: no client is
 * in such a hurry, but the time in which a deposed leader may serve old values is short.
 */
final class EagerPut {
  private EagerPut() {}

  /** Returns when it had been acknowledged, by {@link System#nanoTime}. */
  static long put(KvCluster cluster, List<String> nodes, String key, String json) {
    ByteString session = ByteString.copyFromUtf8(String.format("%16.16s", "eager-" + key));
    List<RawStream> streams =
        nodes.stream()
            .map(node -> new RawStream(cluster.addressOf(node), cluster.apiKey(), session))
            .toList();
    List<CompletableFuture<Response>> offers = new ArrayList<>();
    try {
      return await("a node that takes a write")
          .atMost(Duration.ofSeconds(20))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(
              () -> {
                streams.forEach(stream -> offers.add(stream.put(key, json, 1)));
                return offers.stream().anyMatch(EagerPut::isWritten)
                    ? Optional.of(System.nanoTime())
                    : Optional.<Long>empty();
              },
              Optional::isPresent)
          .orElseThrow();
    } finally {
      streams.forEach(RawStream::close);
    }
  }

  private static boolean isWritten(CompletableFuture<Response> offer) {
    return offer.isDone() && !offer.isCompletedExceptionally() && offer.join().hasWritten();
  }
}
