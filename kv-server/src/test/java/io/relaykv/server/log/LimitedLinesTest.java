package io.relaykv.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedLinesTest {
  private long nanos;
  private final LimitedLines lines = new LimitedLines(2, () -> nanos);
  private final List<String> written = new ArrayList<>();

  @Test
  void writesSoManyInAMinuteAndThenSaysHowManyWereLeftOut() {
    for (int i = 0; i < 5; i++) {
      lines.write(others -> written.add("line" + others));
    }
    assertThat(written).containsExactly("line", "line");

    nanos += Duration.ofSeconds(59).toNanos();
    lines.write(others -> written.add("line" + others));
    assertThat(written).hasSize(2);

    nanos += Duration.ofSeconds(1).toNanos();
    lines.write(others -> written.add("line" + others));
    lines.write(others -> written.add("line" + others));
    lines.write(others -> written.add("line" + others));
    assertThat(written)
        .containsExactly("line", "line", "line (4 such lines were left out before)", "line");
  }
}
