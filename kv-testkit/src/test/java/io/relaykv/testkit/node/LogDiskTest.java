package io.relaykv.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.relaykv.testkit.node.FaultCounters.Kind;
import io.relaykv.testkit.node.LogFailure.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LogDiskTest {
  private final FaultCounters counters = new FaultCounters();
  private LogDisk disk = new LogDisk(counters, false);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("log");
  }

  @Test
  void aPowerCutLeavesWhatTheLastFsyncCovered() throws IOException {
    FileChannel channel = open();
    write(channel, 100);
    disk.force(channel, false);
    write(channel, 50);
    disk.cutPower();
    assertThat(file).hasSize(100);
  }

  @Test
  void aPowerCutLeavesWhatWasThereBefore() throws IOException {
    Files.write(file, new byte[30]);
    FileChannel channel = open();
    channel.position(30);
    write(channel, 50);
    disk.cutPower();
    assertThat(file).hasSize(30);
  }

  @Test
  void aFileThatWasClosedUnsyncedAndRenamedLosesToo() throws IOException {
    FileChannel channel = open();
    write(channel, 10);
    disk.force(channel, false);
    write(channel, 10);
    disk.close(channel);
    Path renamed = Files.move(file, directory.resolve("renamed"));
    disk.cutPower();
    assertThat(renamed).hasSize(10);
  }

  @Test
  void aFileThatWasCutHasNoMoreOnTheDisk() throws IOException {
    FileChannel channel = open();
    write(channel, 100);
    disk.force(channel, false);
    disk.truncate(channel, 40);
    write(channel, 100);
    disk.cutPower();
    assertThat(file).hasSize(40);
  }

  @Test
  void anFsyncThatIsSkippedCoversNothing() throws IOException {
    disk = new LogDisk(counters, true);
    FileChannel channel = open();
    write(channel, 100);
    disk.force(channel, false);
    disk.cutPower();
    assertThat(file).hasSize(0);
    assertThat(counters.values()).containsEntry(Kind.SKIPPED_FSYNC, 1L);
  }

  @Test
  void nothingIsWrittenOnceItIsFrozen() throws IOException {
    FileChannel channel = open();
    disk.freeze();
    Thread writer = new Thread(() -> writeUnchecked(channel));
    writer.setDaemon(true);
    writer.start();
    await("the writer to stand still").until(() -> writer.getState() == Thread.State.WAITING);
    disk.cutPower();
    assertThat(file).hasSize(0);
  }

  @Test
  void anFsyncThatFailsDropsWhatItShouldHaveWritten() throws IOException {
    FileChannel channel = open();
    write(channel, 10);
    disk.force(channel, false);
    write(channel, 10);
    disk.set(new LogFailure(1, Operation.FSYNC, true, "broken"), Duration.ZERO);
    assertThatIOException().isThrownBy(() -> disk.force(channel, false)).withMessage("broken");
    assertThat(file).hasSize(10);
    disk.force(channel, false);
  }

  @Test
  void whatFailsOnceDoesNotFailAgainWhenItIsToldAgain() throws IOException {
    FileChannel channel = open();
    LogFailure once = new LogFailure(1, Operation.WRITE, true, "broken");
    disk.set(once, Duration.ZERO);
    disk.set(once, Duration.ZERO);
    assertThatIOException().isThrownBy(() -> write(channel, 1));
    disk.set(once, Duration.ZERO);
    write(channel, 1);
    disk.set(new LogFailure(2, Operation.WRITE, false, "broken"), Duration.ZERO);
    assertThatIOException().isThrownBy(() -> write(channel, 1));
    assertThatIOException().isThrownBy(() -> write(channel, 1));
    assertThat(counters.values()).containsEntry(Kind.FAILED_WRITE, 3L);
    disk.set(null, Duration.ZERO);
    write(channel, 1);
    assertThat(file).hasSize(2);
  }

  @Test
  void aFailureIsToldBeforeItTakesEffect() throws IOException {
    FileChannel channel = open();
    CompletableFuture<Long> told = new CompletableFuture<>();
    counters.onReport(() -> told.complete(counters.values().get(Kind.FAILED_WRITE)));
    disk.set(new LogFailure(1, Operation.WRITE, false, "broken"), Duration.ZERO);
    assertThatIOException().isThrownBy(() -> write(channel, 1));
    assertThat(told).isCompletedWithValue(1L);
  }

  private FileChannel open() throws IOException {
    return disk.open(
        file.toFile(),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private void write(FileChannel channel, int bytes) throws IOException {
    disk.write(channel, ByteBuffer.allocate(bytes));
  }

  private void writeUnchecked(FileChannel channel) {
    try {
      write(channel, 1);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
