package io.relaykv.tests.workload;

import com.google.protobuf.ByteString;
import io.relaykv.client.KvValue;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Response;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.fault.RawStream;
import io.relaykv.tests.history.PendingOperation;
import io.relaykv.tests.history.RecordedClient;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node, whoever leads, with a short deadline and without a second try: as a reader, the
 * client that meets a leader which does not know that it has been deposed; as a writer, the one
 * that is there as soon as another leads. A client that follows the leader, or that waits for its
 * own writes, stays with the old one. For one thread.
 */
final class PinnedClient {
  private static final Duration DEADLINE = Duration.ofMillis(300);

  private final String address;
  private final String apiKey;
  private final ByteString sessionId;
  private final RecordedClient record;
  private final KeyEpochs keys;
  private final Random random;
  private @Nullable RawStream stream;
  private long sequence;

  PinnedClient(
      KvCluster cluster, String node, RecordedClient record, KeyEpochs keys, Random random) {
    this.address = cluster.addressOf(node);
    this.apiKey = cluster.apiKey();
    this.record = record;
    this.keys = keys;
    this.random = random;
    byte[] id = new byte[16];
    random.nextBytes(id);
    this.sessionId = ByteString.copyFrom(id);
  }

  void read() {
    String key = keys.draw(random);
    await(
        record.get(key),
        open().get(key),
        (operation, response) -> {
          if (response.hasMissing()) {
            operation.ok(Optional.empty());
          } else {
            operation.ok(
                Optional.of(RecordedKv.unique(KvValue.parse(response.getValue().toStringUtf8()))));
          }
        });
  }

  void write() {
    String key = keys.draw(random);
    String value = record.newValue();
    await(
        record.put(key, value),
        open().put(key, KvValue.of(value).toJson(), ++sequence),
        (operation, response) -> operation.ok());
  }

  /** What the answer to an operation means if it is no failure. */
  private interface Success {
    void record(PendingOperation operation, Response response);
  }

  private void await(
      PendingOperation operation, CompletableFuture<Response> answer, Success success) {
    try {
      Response response = answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      if (!response.hasFailure()) {
        success.record(operation, response);
      } else if (response.getFailure().getCode() == Failure.Code.OUTCOME_UNKNOWN) {
        operation.unknown(response.getFailure().getMessage());
      } else {
        operation.failed(response.getFailure().getMessage());
      }
    } catch (TimeoutException e) {
      operation.unknown("no answer within " + DEADLINE.toMillis() + " ms");
    } catch (ExecutionException e) {
      operation.unknown(String.valueOf(e.getCause()));
      close();
    } catch (InterruptedException e) {
      operation.unknown("interrupted");
      Thread.currentThread().interrupt();
    }
  }

  private RawStream open() {
    RawStream current = stream;
    if (current == null) {
      current = new RawStream(address, apiKey, sessionId);
      stream = current;
    }
    return current;
  }

  void close() {
    RawStream open = stream;
    stream = null;
    if (open != null) {
      open.close();
    }
  }
}
