package io.relaykv.tests.fault;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.v1.Response;
import io.relaykv.testkit.KvCluster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks one node for one key, a thousand times a second, whatever it answers. */
final class PinnedReads implements AutoCloseable {
  private final RawStream stream;
  private final String key;
  private final List<Read> reads = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** One read: when it began, and what will come of it. */
  private record Read(long startNanos, CompletableFuture<Response> answer) {
    boolean isAnswered() {
      return answer.isDone() && !answer.isCompletedExceptionally();
    }

    boolean returned(String json) {
      return isAnswered() && answer.join().getValue().toStringUtf8().equals(json);
    }

    boolean isSince(long nanos) {
      return startNanos - nanos >= 0;
    }
  }

  PinnedReads(KvCluster cluster, String node, String key) {
    this.key = key;
    this.stream =
        new RawStream(
            cluster.addressOf(node), cluster.apiKey(), ByteString.copyFromUtf8("pinned-reads-123"));
    var unused = timer.scheduleAtFixedRate(this::read, 0, 1, TimeUnit.MILLISECONDS);
  }

  private void read() {
    reads.add(new Read(System.nanoTime(), stream.get(key)));
  }

  /** How many reads returned this value so far. */
  long returned(String json) {
    return reads.stream().filter(read -> read.returned(json)).count();
  }

  /** How many reads that began at that time or later returned this value. */
  long returnedSince(long nanos, String json) {
    return reads.stream().filter(read -> read.isSince(nanos)).filter(r -> r.returned(json)).count();
  }

  /** How many reads have begun at that time or later. */
  long begunSince(long nanos) {
    return reads.stream().filter(read -> read.isSince(nanos)).count();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    stream.close();
  }
}
