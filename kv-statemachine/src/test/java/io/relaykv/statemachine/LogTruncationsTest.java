package io.relaykv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** How it is with a log on a disk: TruncatedLogTest of kv-server. */
class LogTruncationsTest {
  private static final long NONE = Long.MAX_VALUE;

  private final LogTruncations truncations = new LogTruncations();

  @Test
  void eachTruncationCountsUntilTheFlushBehindIt() throws ExecutionException, InterruptedException {
    CompletableFuture<Void> first = truncations.truncate(5);
    CompletableFuture<Void> second = truncations.truncate(3);
    assertThat(truncations.atMost(() -> NONE)).isEqualTo(2);

    flushed(9);
    assertThat(truncations.atMost(() -> NONE))
        .as("what was written before is flushed")
        .isEqualTo(2);

    first.get();
    assertThat(truncations.atMost(() -> NONE)).as("it has not been carried out quite").isEqualTo(2);
    flushed(4);
    assertThat(truncations.atMost(() -> NONE)).as("there is another").isEqualTo(2);

    second.get();
    flushed(7);
    assertThat(truncations.atMost(() -> NONE)).isEqualTo(NONE);
  }

  @Test
  void aSnapshotThatTakesThePlaceOfTheLogEndsTheWait()
      throws ExecutionException, InterruptedException {
    CompletableFuture<Void> forgotten = truncations.truncate(5);
    truncations.forget();
    assertThat(truncations.atMost(() -> NONE)).isEqualTo(NONE);

    forgotten.get();
    CompletableFuture<Void> another = truncations.truncate(8);
    flushed(9);
    assertThat(truncations.atMost(() -> NONE)).isEqualTo(7);
    another.get();
    flushed(8);
    assertThat(truncations.atMost(() -> NONE)).isEqualTo(NONE);
  }

  private void flushed(long last) {
    assertThat(truncations.flush(last)).isCompleted();
  }
}
