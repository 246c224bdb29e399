package io.relaykv.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KeyPage;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operations do on a cluster where nothing goes wrong. */
class BasicOperationsIT {
  private static KvCluster cluster;
  private static KvClient client;

  @BeforeAll
  static void start(@TempDir Path directory) {
    cluster = KvCluster.inProcess(3, directory);
    client = cluster.newClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  @Test
  void whatIsPutIsReadUntilItIsReplacedOrDeleted() {
    assertThat(client.get("greeting")).isEmpty();
    client.put("greeting", "hello");
    assertThat(client.get("greeting")).hasValue(KvValue.of("hello"));
    client.put("greeting", 42);
    assertThat(client.get("greeting")).hasValue(KvValue.of(42));
    client.delete("greeting");
    assertThat(client.get("greeting")).isEmpty();
  }

  @Test
  void deletingWhatDoesNotExistSucceeds() {
    client.delete("never-there");
    assertThat(client.get("never-there")).isEmpty();
  }

  @Test
  void aStoredNullIsAValue() {
    client.putNull("nothing");
    assertThat(client.get("nothing")).hasValue(KvValue.ofNull());
  }

  @Test
  void theLargestKeyAndTheLargestValueAreTaken() {
    String key = "k".repeat(512);
    String value = "x".repeat((1 << 20) - 2);
    client.put(key, value);
    assertThat(client.get(key)).hasValue(KvValue.of(value));
    client.delete(key);
  }

  @Test
  void writesOfOneThreadTakeEffectInOrderWithoutWaiting() {
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      puts.add(client.async().put("counter", KvValue.of(i)));
    }
    puts.forEach(CompletableFuture::join);
    assertThat(client.get("counter")).hasValue(KvValue.of(1999));
  }

  @Test
  void keysAreListedInByteOrderByPrefixAndByPage() {
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      puts.add(client.async().put("list/%04d".formatted(i), KvValue.of(i)));
    }
    puts.add(client.async().put("list", KvValue.of("before")));
    puts.add(client.async().put("list0", KvValue.of("behind")));
    puts.forEach(CompletableFuture::join);
    List<String> expected = IntStream.range(0, 2500).mapToObj("list/%04d"::formatted).toList();

    assertThat(client.keys("list/")).containsExactlyElementsOf(expected);
    assertThat(client.keys("list/").limit(3)).containsExactlyElementsOf(expected.subList(0, 3));

    KeyPage first = client.keys("list/", 1000);
    assertThat(first.keys()).containsExactlyElementsOf(expected.subList(0, 1000));
    assertThat(first.next()).hasValue("list/0999");
    KeyPage last = client.keys("list/", 1000, "list/1999");
    assertThat(last.keys()).containsExactlyElementsOf(expected.subList(2000, 2500));
    assertThat(last.next()).isEmpty();
    assertThat(client.keys("list/", 10, "list/9").keys()).isEmpty();
    assertThat(client.keys("list/", 1, "a").keys()).containsExactly("list/0000");
    assertThat(client.keys("list", 3, "").keys()).containsExactly("list", "list/0000", "list/0001");
  }

  @Test
  void aPageIsCutAtOneMebibyteOfKeys() {
    String prefix = "long/" + "k".repeat(490) + "/";
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    for (int i = 0; i < 2200; i++) {
      puts.add(client.async().put(prefix + "%05d".formatted(i), KvValue.of(i)));
    }
    puts.forEach(CompletableFuture::join);
    KeyPage page = client.keys("long/", 10_000);
    int keyBytes = prefix.length() + 5;
    assertThat(page.keys()).hasSize((1 << 20) / keyBytes);
    assertThat(page.next()).isPresent();
    assertThat(client.keys("long/")).hasSize(2200);
  }

  @Test
  void manyReadsAtOnceAreAllAnswered() {
    client.put("shared", "value");
    List<CompletableFuture<?>> gets = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      gets.add(
          client
              .async()
              .get("shared")
              .thenAccept(value -> assertThat(value).hasValue(KvValue.of("value"))));
    }
    gets.forEach(CompletableFuture::join);
  }

  @Test
  void clientsOfEveryNodeSeeOneState() {
    for (String address : cluster.addresses()) {
      try (KvClient one = KvClient.builder().nodes(address).apiKey(cluster.apiKey()).build()) {
        one.put("seen-through", address);
        assertThat(client.get("seen-through")).hasValue(KvValue.of(address));
      }
    }
  }

  @Test
  void statusNamesTheLeaderAndEveryNode() {
    cluster.awaitLevel();
    ClusterStatus status = cluster.status();
    assertThat(status.health()).isEqualTo(ClusterStatus.Health.HEALTHY);
    assertThat(status.failuresTolerated()).isEqualTo(1);
    assertThat(status.nodes()).extracting(NodeStatus::name).containsExactly("n1", "n2", "n3");
    assertThat(status.leader()).isPresent();
    assertThat(status.up())
        .allSatisfy(
            node -> {
              assertThat(node.leader()).hasValue(status.leader().orElseThrow().name());
              assertThat(node.clusterName()).isEqualTo("test");
              assertThat(node.diskFreeBytes()).isPositive();
            });
  }
}
