package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.client.KvClient;
import io.relaykv.protocol.v1.Response;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P2, the classic: a leader that was paused while another took over must not serve what it
 * remembers.
 */
@Tag("fault")
@Tag("alone")
@Tag("thorough")
class PausedLeaderIT {
  private static final int ROUNDS = Integer.getInteger("relaykv.stale-reads.rounds", 3);

  private static final Map<String, String> QUICK_ELECTIONS =
      Map.of("raft.election-timeout-min", "500ms", "raft.election-timeout-max", "1s");

  @Test
  void aLeaderThatWakesUpDeposedServesNoOldValue(@TempDir Path directory) throws Exception {
    int refused = 0;
    try (KvCluster cluster = KvCluster.processes(3, directory, QUICK_ELECTIONS);
        KvClient client = cluster.newClient()) {
      for (int round = 0; round < ROUNDS; round++) {
        String key = "k" + round;
        client.put(key, "old");
        String deposed = cluster.awaitLeader();
        try (RawStream pinned =
            new RawStream(
                cluster.addressOf(deposed),
                cluster.apiKey(),
                ByteString.copyFromUtf8("pinned-to-leader"))) {
          assertThat(pinned.get(key).get(10, TimeUnit.SECONDS).getValue().toStringUtf8())
              .isEqualTo("\"old\"");
          cluster.pause(deposed);
          cluster.awaitLeaderOtherThan(deposed);
          client.put(key, "new");
          // These wait in the socket of the paused process: it meets them in the moment it wakes
          // up.
          List<CompletableFuture<Response>> reads = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            reads.add(pinned.get(key));
          }
          cluster.resume(deposed);
          for (CompletableFuture<Response> read : reads) {
            refused += expectNewOrRefused(read);
          }
        }
      }
    }
    assertThat(refused).as("reads that reached the deposed leader").isPositive();
  }

  private static int expectNewOrRefused(CompletableFuture<Response> read) throws Exception {
    try {
      Response response = read.get(10, TimeUnit.SECONDS);
      if (response.hasFailure()) {
        return 1;
      }
      assertThat(response.getValue().toStringUtf8()).isEqualTo("\"new\"");
      return 0;
    } catch (ExecutionException e) {
      return 1;
    }
  }
}
