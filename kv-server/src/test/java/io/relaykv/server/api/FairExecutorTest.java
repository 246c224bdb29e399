package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class FairExecutorTest {
  private static final long NOISY = 1;
  private static final long QUIET = 2;

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final FairExecutor executor = new FairExecutor(threads::add);
  private final List<String> done = new ArrayList<>();

  @Test
  void accountsTakeTurns() {
    for (int i = 1; i <= 1_000; i++) {
      execute(NOISY, "noisy " + i);
    }
    execute(QUIET, "quiet 1");
    execute(QUIET, "quiet 2");

    for (int turn = 0; turn < 5; turn++) {
      threads.remove().run();
    }
    assertThat(done).containsExactly("noisy 1", "quiet 1", "noisy 2", "quiet 2", "noisy 3");
  }

  @Test
  void anAccountHasOneTaskRunningAtATime() {
    executor
        .of(NOISY)
        .execute(
            () -> {
              runThreads();
              assertThat(done).as("what another thread finds to do").containsExactly("quiet");
            });
    execute(NOISY, "noisy 2");
    execute(QUIET, "quiet");

    threads.remove().run();
    runThreads();

    assertThat(done).containsExactly("quiet", "noisy 2");
  }

  @Test
  void anAccountThatHadNothingToDoComesAgain() {
    execute(QUIET, "first");
    runThreads();
    execute(QUIET, "second");
    runThreads();

    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void aTaskThatFailsDoesNotKeepTheNextOnesWaiting() {
    executor
        .of(QUIET)
        .execute(
            () -> {
              throw new IllegalStateException("failed");
            });
    execute(QUIET, "next");

    assertThatIllegalStateException().isThrownBy(() -> threads.remove().run());
    runThreads();

    assertThat(done).containsExactly("next");
  }

  private void execute(long account, String name) {
    executor.of(account).execute(() -> done.add(name));
  }

  private void runThreads() {
    for (Runnable task = threads.poll(); task != null; task = threads.poll()) {
      task.run();
    }
  }
}
