package io.relaykv.shell.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ImportTest {
  private final List<String> told = new ArrayList<>();

  /** A put that is carried out when somebody waits for it. */
  private final class LazyPut extends CompletableFuture<Void> {
    private final String key;

    LazyPut(String key) {
      this.key = key;
    }

    @Override
    public Void join() {
      told.add(key + " stored");
      complete(null);
      return super.join();
    }
  }

  @Test
  void anEntryWaitsForAnEarlierOneOfTheSameKeyAlone() {
    assertThat(run(new Import(client(), line -> {}), "a", "b", "a", "c").stored()).isEqualTo(4);
    assertThat(told)
        .containsExactly("a", "b", "a stored", "b stored", "a", "c", "a stored", "c stored");
  }

  @Test
  void whoStopsItLearnsWhereItHasStopped() {
    Import[] work = new Import[1];
    work[0] = new Import(client(), line -> work[0].stop());
    Import.Outcome outcome = run(work[0], "a", "a", "b", "c");
    assertThat(told).containsExactly("a", "a stored");
    assertThat(outcome.stored()).isEqualTo(1);
    assertThat(outcome.stoppedAt().orElseThrow().number()).isEqualTo(2);
    assertThat(outcome.failure()).isNull();
  }

  private static Import.Outcome run(Import work, String... keys) {
    String text =
        List.of(keys).stream()
            .map(key -> "{\"key\":\"%s\",\"value\":1}\n".formatted(key))
            .collect(Collectors.joining());
    try (EntryLines lines = new EntryLines(new ByteArrayInputStream(text.getBytes(UTF_8)))) {
      return work.run(lines, 1);
    }
  }

  private KvClient client() {
    KvAsyncClient puts =
        fake(
            KvAsyncClient.class,
            arguments -> {
              told.add((String) arguments[0]);
              return new LazyPut((String) arguments[0]);
            });
    return fake(KvClient.class, arguments -> puts);
  }

  private interface Answer {
    Object to(Object[] arguments);
  }

  private static <T> T fake(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer.to(arguments)));
  }
}
