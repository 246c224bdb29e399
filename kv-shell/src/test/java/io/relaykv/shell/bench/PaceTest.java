package io.relaykv.shell.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KeyPage;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Meter meter = new Meter();

  @Test
  void aClosedLoopKeepsAsManyUnderWay() {
    Client client = new Client();
    ClosedLoop loop = new ClosedLoop(List.of(client), 3, requests());
    loop.start();
    assertThat(client.pending).hasSize(3);
    client.answerOne();
    assertThat(client.pending).hasSize(3);
    client.answersAtOnceUntil = Integer.MAX_VALUE;
    closing(loop, client);
    assertThat(meter.sinceLast().all().count()).isEqualTo(client.asked.get());
  }

  /** The stack would overflow if each were sent from within the end of the one before. */
  @Test
  void aClosedLoopWithstandsAnswersAtOnce() {
    Client client = new Client();
    client.answersAtOnceUntil = Integer.MAX_VALUE;
    ClosedLoop loop = new ClosedLoop(List.of(client), 1, requests());
    Thread sender = new Thread(loop::start);
    sender.start();
    await().until(() -> client.asked.get() > 200_000);
    loop.close();
    await().until(() -> !sender.isAlive());
  }

  @Test
  void anOpenLoopCountsTheTimeThatOperationsHadToWait() {
    Client client = new Client();
    OpenLoop loop = new OpenLoop(List.of(client), 1, 1_000, requests());
    loop.start();
    await().until(() -> client.pending.size() == 1);
    await("while the cluster stands still").pollDelay(Duration.ofMillis(300)).until(() -> true);
    client.answersAtOnceUntil = 200;
    client.answerOne();
    await().until(() -> client.asked.get() == 200);
    assertThat(meter.sinceLast().all().p50())
        .as("the last of 200 was due 100 ms before it could be sent")
        .isGreaterThan(Duration.ofMillis(99));
    closing(loop, client);
  }

  @Test
  void anOpenLoopKeepsItsRate() {
    Client client = new Client();
    client.answersAtOnceUntil = Integer.MAX_VALUE;
    OpenLoop loop = new OpenLoop(List.of(client, client), 10, 1_000, requests());
    long begin = System.nanoTime();
    loop.start();
    await().until(() -> client.asked.get() >= 200);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    loop.close();
    assertThat(took)
        .as("the last of 200 is due after 199 ms")
        .isGreaterThan(Duration.ofMillis(198));
  }

  private Requests requests() {
    KeyChoice keys = KeyDistribution.UNIFORM.over(5);
    return new Requests(0.5, "p/", keys, new Values(10, new Random(1)), meter);
  }

  private static void closing(Pace pace, Client client) {
    CompletableFuture<Void> closed = CompletableFuture.runAsync(pace::close);
    await()
        .until(
            () -> {
              client.answerAll();
              return closed.isDone();
            });
  }

  /** Answers when it is told to. */
  private static final class Client implements KvAsyncClient {
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<Runnable> pending = new ConcurrentLinkedQueue<>();
    private volatile int answersAtOnceUntil;

    @Override
    public CompletableFuture<Optional<KvValue>> get(String key) {
      return answer(Optional.empty());
    }

    @Override
    public CompletableFuture<Void> put(String key, KvValue value) {
      return answer(null);
    }

    @Override
    public CompletableFuture<Duration> ping() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> awaitReady(Duration patience) {
      throw new UnsupportedOperationException();
    }

    private <T> CompletableFuture<T> answer(T answer) {
      CompletableFuture<T> future = new CompletableFuture<>();
      if (asked.incrementAndGet() < answersAtOnceUntil) {
        future.complete(answer);
      } else {
        pending.add(() -> future.complete(answer));
      }
      return future;
    }

    void answerOne() {
      pending.remove().run();
    }

    void answerAll() {
      for (Runnable answer = pending.poll(); answer != null; answer = pending.poll()) {
        answer.run();
      }
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<KeyPage> keys(String prefix, int limit, String after) {
      throw new UnsupportedOperationException();
    }
  }
}
