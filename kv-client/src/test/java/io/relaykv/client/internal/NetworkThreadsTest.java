package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.UnavailableException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NetworkThreadsTest {
  @Test
  void manyClientsShareAFewThreadsThatEndWithThem() {
    await("the threads of other tests to end").until(() -> threads() == 0);
    try (ScriptedNode node = ScriptedNode.start("n1")) {
      List<KvClient> clients = IntStream.range(0, 20).mapToObj(i -> client(node)).toList();
      clients.forEach(client -> client.get("a"));
      assertThat(threads()).isBetween(1L, (long) Runtime.getRuntime().availableProcessors());
      clients.subList(1, 20).forEach(KvClient::close);
      clients.get(0).get("a");
      clients.get(0).close();
      await("the threads to end").until(() -> threads() == 0);
      try (KvClient later = client(node)) {
        later.get("a");
      }
    }
  }

  @Test
  void nobodyWaitsOnThem() {
    EventLoop thread = NetworkThreads.take();
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client = client(node);
        KvAdmin admin =
            KvAdmin.builder().nodes(node.address()).apiKey(TestKeys.ADMIN_KEY).build()) {
      assertRefused(thread.submit(() -> client.get("a")));
      assertRefused(thread.submit(admin::status));
      assertRefused(thread.submit(admin::accounts));
      assertThat(client.get("a")).as("elsewhere").isPresent();
    } finally {
      NetworkThreads.giveBack();
    }
  }

  @Test
  void withAllNodesDownAClientHardlyUsesTheProcessor() {
    String[] down = {"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"};
    try (KvClient client = client(Duration.ofSeconds(5), down)) {
      // Classes are loaded by the first failure.
      try (KvClient warm = client(Duration.ofMillis(500), down)) {
        assertThatThrownBy(() -> warm.get("k")).isInstanceOf(UnavailableException.class);
      }
      long cpuBefore = threadCpuNanos();
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(UnavailableException.class);
      assertThat(Duration.ofNanos(threadCpuNanos() - cpuBefore)).isLessThan(Duration.ofSeconds(1));
    }
  }

  /** Of all Java threads: not of the compiler, which is busy with what other tests have run. */
  private static long threadCpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getAllThreadIds())
        .map(threads::getThreadCpuTime)
        .filter(nanos -> nanos > 0)
        .sum();
  }

  private static void assertRefused(Future<?> waiting) {
    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("thenApplyAsync");
  }

  private static KvClient client(ScriptedNode node) {
    return KvClient.builder().nodes(node.address()).apiKey(TestKeys.API_KEY).build();
  }

  private static KvClient client(Duration timeout, String... nodes) {
    return KvClient.builder().nodes(nodes).apiKey(TestKeys.API_KEY).requestTimeout(timeout).build();
  }

  /** How many of them there are. */
  static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("relaykv-client"))
        .count();
  }
}
