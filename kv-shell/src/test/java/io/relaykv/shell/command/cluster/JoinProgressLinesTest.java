package io.relaykv.shell.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.JoinProgress;
import io.relaykv.client.JoinProgress.Phase;
import io.relaykv.shell.output.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class JoinProgressLinesTest {
  private final StringWriter told = new StringWriter();
  private long nanos;

  @Test
  void tellsRateAndTimeLeftOnceTheyAreKnown() {
    JoinProgressLines lines =
        new JoinProgressLines("n4", new Progress(new PrintWriter(told), false), () -> nanos);
    lines.accept(new JoinProgress(Phase.CONTACTING, 0));
    lines.accept(new JoinProgress(Phase.CONTACTING, 0));
    lines.accept(new JoinProgress(Phase.CATCHING_UP, 1_000));
    nanos += 500_000_000;
    lines.accept(new JoinProgress(Phase.CATCHING_UP, 750));
    nanos += 1_500_000_000;
    lines.accept(new JoinProgress(Phase.CATCHING_UP, 0));
    assertThat(told.toString())
        .isEqualTo(
            """
            n4 has not answered yet
            n4 catches up, 1000 log entries to go
            n4 catches up, 750 log entries to go, 500/s, 2 s left
            n4 catches up, 0 log entries to go, 500/s, 0 s left
            """);
  }
}
