package io.relaykv.shell.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.shell.command.Interruption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningCommandTest {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  @Test
  void isWaitedFor() {
    RunningCommand command = new RunningCommand(() -> 7);
    assertThat(command.await()).isEqualTo(7);
    assertThat(command.isLeftBehind()).isFalse();
  }

  @Test
  void whatWaitsIsInterrupted() throws InterruptedException {
    RunningCommand command =
        new RunningCommand(
            () -> {
              begun.countDown();
              try {
                end.await();
                return 0;
              } catch (InterruptedException e) {
                return 5;
              }
            });
    begun.await();
    command.interrupt();
    assertThat(command.await()).isEqualTo(5);
    assertThat(command.isLeftBehind()).isFalse();
  }

  @Test
  void whatDoesNotEndIsLeftBehind() throws InterruptedException {
    RunningCommand command = new RunningCommand(this::workWhatever);
    begun.await();
    command.interrupt();
    assertThat(command.await()).isEqualTo(130);
    assertThat(command.isLeftBehind()).isTrue();
    end.countDown();
    await("its end").until(() -> !command.isLeftBehind());
  }

  private int workWhatever() {
    begun.countDown();
    while (end.getCount() > 0) {
      Thread.onSpinWait();
    }
    return 0;
  }

  @Test
  void workThatCanBeAskedToStopIsAskedAndLeftAtTheSecondTime() throws InterruptedException {
    AtomicBoolean asked = new AtomicBoolean();
    AtomicBoolean interrupted = new AtomicBoolean();
    RunningCommand command =
        new RunningCommand(
            () -> {
              Interruption.stopping(
                  () -> asked.set(true),
                  () -> {
                    workWhatever();
                    interrupted.set(Thread.currentThread().isInterrupted());
                  });
              return 0;
            });
    begun.await();
    command.interrupt();
    assertThat(asked).isTrue();
    assertThat(command.isLeftBehind()).isFalse();
    command.interrupt();
    assertThat(command.await()).isEqualTo(130);
    end.countDown();
    await("its end").until(() -> !command.isLeftBehind());
    assertThat(interrupted).isFalse();
    assertThat(Interruption.stopWork()).as("work is still under way").isFalse();
  }
}
