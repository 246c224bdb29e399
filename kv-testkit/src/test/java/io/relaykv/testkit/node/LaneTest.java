package io.relaykv.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {
  private final ExecutorService late = Executors.newCachedThreadPool();
  private final Lane lane = new Lane(late);
  private final List<String> happened = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    late.shutdownNow();
  }

  @Test
  void whatIsNotLateHappensAtOnceOnTheThreadThatBringsIt() {
    lane.pass(0, () -> happened.add(Thread.currentThread().getName()));
    assertThat(happened).containsExactly(Thread.currentThread().getName());
  }

  @Test
  void nothingOvertakesWhatIsLate() {
    long start = System.nanoTime();
    lane.pass(TimeUnit.MILLISECONDS.toNanos(100), () -> happened.add("late"));
    lane.pass(0, () -> happened.add("prompt"));
    lane.pass(TimeUnit.MILLISECONDS.toNanos(1), () -> happened.add("last"));
    await("all to happen").until(() -> happened.size() == 3);
    assertThat(happened).containsExactly("late", "prompt", "last");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100_000_000);
  }

  @Test
  void whatIsBroughtMeanwhileHappensBehindIt() {
    lane.pass(
        0,
        () -> {
          lane.pass(0, () -> happened.add("inner"));
          happened.add("outer");
        });
    assertThat(happened).containsExactly("outer", "inner");
  }

  @Test
  void whatFailsDoesNotHoldUpTheNext() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                lane.pass(
                    0,
                    () -> {
                      throw new IllegalStateException();
                    }));
    lane.pass(0, () -> happened.add("next"));
    assertThat(happened).containsExactly("next");
  }
}
