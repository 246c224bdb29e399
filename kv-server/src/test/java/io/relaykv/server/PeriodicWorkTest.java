package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeriodicWorkTest {
  private final List<String> ends = new ArrayList<>();

  private PeriodicWork work(Runnable work) {
    return new PeriodicWork(work, (what, cause) -> ends.add(what + ": " + cause.getMessage()));
  }

  @Test
  void anExceptionEndsNothing() {
    work(() -> {
          throw new IllegalStateException("a bad moment");
        })
        .run();
    assertThat(ends).isEmpty();
  }

  @Test
  void anErrorEndsTheNode() {
    PeriodicWork work =
        work(
            () -> {
              throw new OutOfMemoryError("no room");
            });
    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(work::run);
    assertThat(ends).containsExactly("the periodic work failed: no room");
  }
}
