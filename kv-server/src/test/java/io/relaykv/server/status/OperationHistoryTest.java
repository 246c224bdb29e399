package io.relaykv.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.status.OperationHistory.Sample;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OperationHistoryTest {
  private final FakeOperations operations = new FakeOperations();
  private long nowNanos;

  @Test
  void aSampleIsWhatCameSinceTheLastOne() {
    operations.answered = 1000;
    OperationHistory history = new OperationHistory(operations, () -> nowNanos);
    assertThat(history.samples()).isEmpty();

    operations.answered = 1200;
    operations.p99 = 0.004;
    passes(5000);
    history.tick();
    operations.answered = 1230;
    operations.p99 = 0.5;
    passes(10_000);
    history.tick();

    assertThat(history.samples()).containsExactly(new Sample(40, 0.004), new Sample(3, 0.5));
  }

  @Test
  void ofNothingThereIsNoPercentile() {
    OperationHistory history = new OperationHistory(operations, () -> nowNanos);
    operations.p99 = 0.004;
    passes(5000);

    history.tick();

    assertThat(history.samples()).containsExactly(new Sample(0, null));
  }

  @Test
  void countsThatBeginAgainAreNoNegativeRate() {
    operations.answered = 50;
    OperationHistory history = new OperationHistory(operations, () -> nowNanos);
    operations.answered = 0;
    passes(5000);
    history.tick();
    operations.answered = 10;
    passes(5000);
    history.tick();

    assertThat(history.samples()).extracting(Sample::perSecond).containsExactly(0.0, 2.0);
  }

  @Test
  void keepsTheLastMinutes() {
    OperationHistory history = new OperationHistory(operations, () -> nowNanos);
    for (int i = 1; i <= OperationHistory.INTERVALS + 2; i++) {
      operations.answered += i;
      passes(1000);
      history.tick();
    }

    assertThat(history.samples()).hasSize(OperationHistory.INTERVALS);
    assertThat(history.samples().get(0).perSecond()).isEqualTo(3);
    assertThat(history.samples().get(OperationHistory.INTERVALS - 1).perSecond())
        .isEqualTo(OperationHistory.INTERVALS + 2);
  }

  private void passes(long ms) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(ms);
  }

  private static final class FakeOperations implements OperationHistory.Operations {
    private long answered;
    private double p99;

    @Override
    public long answered() {
      return answered;
    }

    @Override
    public double p99Seconds() {
      return p99;
    }
  }
}
