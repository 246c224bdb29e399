package io.relaykv.statemachine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.relaykv.statemachine.store.Applied;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotDirectoryTest {
  private static final int RETAINED = 3;
  private static final UUID CLUSTER = UUID.randomUUID();

  @TempDir Path storage;

  private Path directory;
  private SnapshotDirectory snapshots;

  @BeforeEach
  void open() throws IOException {
    directory = storage.resolve("sm");
    snapshots = reopened();
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(snapshots.newest()).isEmpty();
    assertThat(snapshots.getLatestSnapshot()).isNull();
    assertThat(directory).isDirectory();
  }

  @Test
  void showsRatisTheNewestAndItsFiles() throws IOException {
    publish(1, 9);
    publish(1, 10);
    publish(12, 11);
    for (SnapshotDirectory shown : new SnapshotDirectory[] {snapshots, reopened()}) {
      SnapshotInfo latest = shown.getLatestSnapshot();
      assertThat(latest.getTerm()).isEqualTo(12);
      assertThat(latest.getIndex()).isEqualTo(11);
      assertThat(latest.getFiles())
          .extracting(FileInfo::getPath)
          .containsExactly(
              directory.resolve("snapshot.12_11/content").toAbsolutePath(),
              directory.resolve("snapshot.12_11/more").toAbsolutePath(),
              directory.resolve("snapshot.12_11/snapshot.manifest").toAbsolutePath());
      assertThat(shown.newest())
          .contains(new Snapshot(directory.resolve("snapshot.12_11"), new Applied(12, 11)));
    }
  }

  @Test
  void namesAreReadAgainWhereverTheMachineIs() throws IOException {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    // Whose digits are others than ours.
    Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("fa-IR"));
    try {
      publish(1, 9);
      assertThat(reopened().newest().map(Snapshot::applied)).contains(new Applied(1, 9));
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void newestMeansByTermAndThenByIndex() throws IOException {
    publish(2, 100);
    publish(10, 99);
    publish(10, 101);
    publish(9, 1000);
    assertThat(reopened().newest().map(Snapshot::applied)).contains(new Applied(10, 101));
  }

  @Test
  void doesNotShowTheDigestsThatRatisLeavesBesideInstalledFiles() throws IOException {
    publish(1, 1);
    Files.writeString(directory.resolve("snapshot.1_1/content.md5"), "x");
    snapshots.rescan();
    assertThat(snapshots.getLatestSnapshot().getFiles()).hasSize(3);
  }

  @Test
  void oneThatIsThereIsNotMadeAgain() throws IOException {
    publish(1, 1);
    snapshots.publish(
        new Applied(1, 1),
        unfinished -> {
          throw new AssertionError("made again");
        });
    assertThat(snapshots.newest().map(Snapshot::applied)).contains(new Applied(1, 1));
  }

  @Test
  void oneThatCannotBeFinishedIsNotShownAndGoneAfterTheNextStart() throws IOException {
    publish(1, 1);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                snapshots.publish(
                    new Applied(1, 2),
                    unfinished -> {
                      write(unfinished);
                      throw new IllegalStateException("full");
                    }));
    assertThat(snapshots.newest().map(Snapshot::applied)).contains(new Applied(1, 1));
    assertThat(reopened().newest().map(Snapshot::applied)).contains(new Applied(1, 1));
    assertThat(WholeDirectory.names(directory)).containsExactly("snapshot.1_1");
  }

  @Test
  void aStartRemovesWhatInterruptedWorkLeftAndNothingElse() throws IOException {
    publish(1, 1);
    for (String left :
        new String[] {
          "sm/tmp-snapshot.1_2", "sm/tmp-snapshot.1_2.tmp", "sm.tmp20260101", "tmp/snapshot-uuid/sm"
        }) {
      Files.createDirectories(storage.resolve(left).resolve("below"));
    }
    Files.createDirectories(storage.resolve("current"));
    reopened();
    assertThat(WholeDirectory.names(storage)).containsExactlyInAnyOrder("sm", "current");
    assertThat(WholeDirectory.names(directory)).containsExactly("snapshot.1_1");
  }

  @Test
  void keepsTheNewest() throws IOException {
    for (int index = 8; index <= 12; index++) {
      publish(1, index);
      snapshots.cleanupOldSnapshots(null);
    }
    assertThat(WholeDirectory.names(directory))
        .containsExactlyInAnyOrder("snapshot.1_10", "snapshot.1_11", "snapshot.1_12");
  }

  @Test
  void aCrashWhileAnOldOneIsDeletedLeavesNoPartOfIt() throws Exception {
    publish(1, 1);
    Path old = directory.resolve("snapshot.1_1");
    for (int file = 0; file < 2_000; file++) {
      Files.createFile(old.resolve(file + ".sst"));
    }
    for (int index = 2; index <= 4; index++) {
      publish(1, index);
    }
    try (WholeDirectory watched = WholeDirectory.watch(old, Set.of(WholeDirectory.names(old)))) {
      snapshots.cleanupOldSnapshots(null);
      assertThat(watched.filesOfAPart()).isEmpty();
    }
    assertThat(old).doesNotExist();
  }

  @Test
  void oneThatIsBeingSentStaysHoweverManyFollow() throws IOException {
    publish(1, 1);
    SnapshotTransfer transfer = send(1, 1);
    SnapshotTransfer toAnother = send(1, 1);
    publishAndCleanUp(2, 10);
    assertThat(directory.resolve("snapshot.1_1/content")).exists();
    assertThat(WholeDirectory.names(directory)).hasSize(RETAINED + 1);

    transfer.close();
    transfer.close();
    publishAndCleanUp(11, 12);
    assertThat(directory.resolve("snapshot.1_1")).as("sent to another").exists();
    assertThat(snapshots.isSending()).isTrue();

    toAnother.close();
    assertThat(snapshots.isSending()).isFalse();
    publishAndCleanUp(13, 13);
    assertThat(WholeDirectory.names(directory))
        .containsExactlyInAnyOrder("snapshot.1_11", "snapshot.1_12", "snapshot.1_13");
  }

  @Test
  void oneThatHasBeenDeletedCannotBeSent() throws IOException {
    publish(1, 1);
    publishAndCleanUp(2, 10);
    assertThatIllegalStateException()
        .isThrownBy(() -> send(1, 1))
        .withMessageContaining("newer snapshots have taken the place of");
    assertThat(snapshots.isSending()).isFalse();
  }

  private SnapshotTransfer send(long term, long index) {
    return snapshots.beginTransfer(
        TermIndex.valueOf(term, index), List.of(), new TestNode.RecordedEvents());
  }

  private void publishAndCleanUp(int first, int last) throws IOException {
    for (int index = first; index <= last; index++) {
      publish(1, index);
      snapshots.cleanupOldSnapshots(null);
    }
  }

  @Test
  void anotherClustersSnapshotIsRefused() throws IOException {
    publish(1, 1);
    Snapshot newest = snapshots.newest().orElseThrow();
    snapshots.verify(newest);
    SnapshotDirectory ofAnother = opened(UUID.randomUUID());
    assertThatExceptionOfType(DamagedSnapshotException.class)
        .isThrownBy(() -> ofAnother.verify(newest))
        .withMessageContaining("is of the cluster " + CLUSTER);
  }

  @Test
  void onlyTheLatestOfTheTransfersToThisNodeStays() throws Exception {
    snapshots.deleteBrokenOff();
    Path arriving = Files.createDirectory(storage.resolve("tmp"));
    for (int transfer = 1; transfer <= 3; transfer++) {
      Path begun = Files.createDirectories(arriving.resolve("snapshot-" + transfer + "/below"));
      Files.writeString(begun.resolve("file"), "x");
      Files.setLastModifiedTime(begun.getParent(), FileTime.fromMillis(1_000L * transfer));
    }
    snapshots.deleteBrokenOff();
    assertThat(WholeDirectory.names(arriving)).containsExactly("snapshot-3");
    assertThat(arriving.resolve("snapshot-3/below/file")).exists();
    snapshots.deleteBrokenOff();
    assertThat(WholeDirectory.names(arriving)).containsExactly("snapshot-3");
  }

  @Test
  void nothingIsTouchedWhileRatisReplacesTheDirectory() throws IOException {
    for (int index = 1; index <= 5; index++) {
      publish(1, index);
    }
    snapshots.beginReplacement();
    assertThat(snapshots.publish(new Applied(1, 6), SnapshotDirectoryTest::write)).isFalse();
    snapshots.cleanupOldSnapshots(null);
    assertThat(WholeDirectory.names(directory)).hasSize(5).doesNotContain("snapshot.1_6");

    Directories.delete(directory);
    Path installed = directory.resolve("snapshot.2_70");
    write(installed);
    SnapshotManifest.describe(installed, CLUSTER, new Applied(2, 70), Optional.empty())
        .write(installed);
    snapshots.rescan();
    assertThat(snapshots.newest().map(Snapshot::applied)).contains(new Applied(2, 70));
    assertThat(snapshots.publish(new Applied(2, 71), SnapshotDirectoryTest::write)).isTrue();
  }

  @Test
  void ratisWaitsForASnapshotThatIsBeingMade() throws Exception {
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Thread maker =
        new Thread(
            () ->
                publishing(
                    unfinished -> {
                      making.countDown();
                      awaitLatch(mayEnd);
                      write(unfinished);
                    }));
    maker.start();
    making.await();
    Thread ratis = new Thread(this::replacing);
    ratis.start();
    await("Ratis waits").until(() -> ratis.getState() == Thread.State.BLOCKED);
    mayEnd.countDown();
    maker.join(10_000);
    ratis.join(10_000);
    assertThat(ratis.isAlive()).isFalse();
    assertThat(directory.resolve("snapshot.1_1")).isDirectory();
  }

  private void publishing(Consumer<Path> writer) {
    try {
      snapshots.publish(new Applied(1, 1), writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void replacing() {
    try {
      snapshots.beginReplacement();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void publish(long term, long index) throws IOException {
    assertThat(snapshots.publish(new Applied(term, index), SnapshotDirectoryTest::write)).isTrue();
  }

  private static void write(Path snapshot) {
    try {
      Files.createDirectories(snapshot);
      Files.writeString(snapshot.resolve("content"), "x");
      Files.writeString(snapshot.resolve("more"), "x");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SnapshotDirectory reopened() throws IOException {
    return opened(CLUSTER);
  }

  private SnapshotDirectory opened(UUID clusterId) throws IOException {
    SnapshotDirectory opened = new SnapshotDirectory(RETAINED);
    opened.open(
        new RaftStorageDirectory() {
          @Override
          public File getRoot() {
            return storage.toFile();
          }

          @Override
          public boolean isHealthy() {
            return true;
          }
        },
        clusterId);
    return opened;
  }
}
