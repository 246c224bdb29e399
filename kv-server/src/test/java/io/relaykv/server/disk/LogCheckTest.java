package io.relaykv.server.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.server.tls.LogLines;
import io.relaykv.statemachine.StoredState;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash explains is mended, unless it takes what was acknowledged; the rest is refused. */
class LogCheckTest {
  private static final StoredState EMPTY = new StoredState(-1, -1, 0);

  @TempDir private Path directory;
  private RaftLogFiles files;

  @BeforeEach
  void useDirectory() {
    files = new RaftLogFiles(directory);
  }

  private LogCheck.Found check(StoredState state, long mark) throws IOException {
    return LogCheck.run(directory, RaftLogFiles.MAX_ENTRY_BYTES, state, mark);
  }

  private void assertRefused(StoredState state, long mark, Path named, String reason)
      throws IOException {
    byte[] before = Files.isRegularFile(named) ? Files.readAllBytes(named) : new byte[0];
    assertThatExceptionOfType(DamagedDataException.class)
        .isThrownBy(() -> check(state, mark))
        .withMessageStartingWith(named + " ")
        .withMessageContaining(reason)
        .withMessageEndingWith("; restore this node's data or replace the node");
    if (Files.isRegularFile(named)) {
      assertThat(named).as("nothing is touched").hasBinaryContent(before);
    }
  }

  @Test
  void aWholeLogPassesAndIsLeftAsItIs() throws IOException {
    files.closed(0, 4);
    files.closed(5, 5);
    Path open = files.inProgress(6, 9);
    byte[] before = Files.readAllBytes(open);

    assertThat(check(EMPTY, 9)).isEqualTo(whole(9));
    assertThat(open).hasBinaryContent(before);
  }

  @Test
  void aLogThatANewerVersionGoesOnWithIsNotStartedOn() throws IOException {
    files.closed(0, 4);
    Path open = files.inProgress(5, RaftLogFiles.raisesTo(5, FeatureLevels.supported()));
    assertThat(check(EMPTY, 5).last()).isEqualTo(5);

    Files.delete(open);
    files.inProgress(5, RaftLogFiles.raisesTo(5, FeatureLevels.supported() + 1));
    assertThatExceptionOfType(NodeTooOldException.class)
        .isThrownBy(() -> check(EMPTY, 5))
        .withMessageStartingWith("the log from entry 5 on has feature level ");
  }

  /** The members stand in the first entry. */
  private static LogCheck.Found whole(long last) {
    return new LogCheck.Found(last, 3, true, Optional.of(RaftLogFiles.entry(0)));
  }

  @Test
  void membersBehindTheMarkAreNotKnownToBeCommitted() throws IOException {
    files.inProgress(0, 5);
    assertThat(check(EMPTY, -1)).isEqualTo(new LogCheck.Found(5, 3, true, Optional.empty()));
  }

  @Test
  void noLogIsWholeIfNothingIsMissing() throws IOException {
    assertThat(check(EMPTY, -1)).isEqualTo(new LogCheck.Found(-1, 0, false, Optional.empty()));
    assertThat(check(new StoredState(7, 7, 3), 7).last()).isEqualTo(-1);
    assertRefused(
        EMPTY,
        3,
        directory,
        "log and snapshots end with entry -1, but this node had acknowledged up to entry 3");
  }

  @Test
  void aFileThatWasJustMadeHoldsNothing() throws IOException {
    files.closed(0, 4);
    Path made = directory.resolve("log_inprogress_5");
    for (byte[] content :
        List.of(
            new byte[0], new byte[3], new byte[4096], Arrays.copyOf("Raft".getBytes(UTF_8), 99))) {
      Files.write(made, content);
      assertThat(check(EMPTY, 4).last()).isEqualTo(4);
    }
  }

  @Test
  void aTornEndThatWasNeverAcknowledgedIsCutOff() throws IOException {
    Path open = files.inProgress(0, 5);
    List<Integer> at = RaftLogFiles.positions(open, 6);
    byte[] whole = Files.readAllBytes(open);
    for (int tornAt = at.get(5) + 1; tornAt < at.get(6); tornAt += 97) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, tornAt, torn.length, (byte) 0);
      assertCutOff(open, torn, at.get(5));
      assertCutOff(open, Arrays.copyOf(whole, tornAt), at.get(5));
      byte[] garbage = torn.clone();
      Arrays.fill(garbage, at.get(5), at.get(6), (byte) tornAt);
      garbage[at.get(5)] = (byte) 0xFF;
      assertCutOff(open, garbage, at.get(5));
    }
  }

  private void assertCutOff(Path open, byte[] torn, int at) throws IOException {
    Files.write(open, torn);
    try (LogLines lines = new LogLines(LogCheck.class)) {
      assertThat(check(EMPTY, 4)).isEqualTo(whole(4));
      assertThat(lines.warnings())
          .singleElement()
          .asString()
          .contains("cut off %d bytes behind entry 4".formatted(torn.length - at));
    }
    assertThat(open).hasSize(at);
    assertThat(check(EMPTY, 4)).as("the next start").isEqualTo(whole(4));
  }

  @Test
  void aTornEndThatWasAcknowledgedIsRefused() throws IOException {
    Path open = files.inProgress(0, 5);
    List<Integer> at = RaftLogFiles.positions(open, 6);
    byte[] torn = Files.readAllBytes(open);
    Arrays.fill(torn, at.get(5) + 9, torn.length, (byte) 0);
    Files.write(open, torn);

    String damage = "is damaged at byte %d, where entry 5 begins".formatted(at.get(5));
    assertRefused(EMPTY, 5, open, damage);
    assertRefused(new StoredState(5, 4, 3), 4, open, damage);
    assertThat(check(new StoredState(5, 5, 3), 5).last()).as("a snapshot has it").isEqualTo(4);
  }

  @Test
  void oneByteOverAWholeAcknowledgedEntryIsRefusedWhateverItIs() throws IOException {
    Path open = files.inProgress(0, 5);
    List<Integer> at = RaftLogFiles.positions(open, 6);
    byte[] whole = Files.readAllBytes(open);
    for (int value = 0; value < 256; value += 5) {
      byte[] smeared = Arrays.copyOf(whole, at.get(6));
      Arrays.fill(smeared, at.get(5), at.get(6), (byte) value);
      Files.write(open, smeared);
      assertRefused(EMPTY, 5, open, value == 0 ? "end with entry 4" : "where entry 5 begins");
    }
  }

  @Test
  void aCutOffEndThatWasAcknowledgedIsRefusedThoughItLooksWhole() throws IOException {
    Path open = files.inProgress(0, 5);
    List<Integer> at = RaftLogFiles.positions(open, 6);
    byte[] whole = Files.readAllBytes(open);
    Files.write(open, Arrays.copyOf(whole, at.get(4)));

    assertRefused(
        EMPTY, 4, open, "log and snapshots end with entry 3, but this node had acknowledged");
    assertRefused(new StoredState(5, 1, 3), 2, open, "had acknowledged up to entry 5");
    assertThat(check(EMPTY, 3).last()).isEqualTo(3);
  }

  @Test
  void anyFlippedBitWithWholeEntriesBehindItIsRefused() throws IOException {
    Path open = files.inProgress(0, 5);
    List<Integer> at = RaftLogFiles.positions(open, 6);
    byte[] whole = Files.readAllBytes(open);
    for (int position = at.get(2); position < at.get(3); position += 13) {
      byte[] damaged = whole.clone();
      damaged[position] ^= (byte) (1 << position % 8);
      Files.write(open, damaged);
      // Though the mark is far behind.
      assertRefused(EMPTY, -1, open, "where entry 2 begins");
    }
  }

  @Test
  void asAPowerCutWritesInAnyOrderAMissingSectorIsATornEndToo() throws IOException {
    Path open = files.inProgress(0, 5);
    List<Integer> at = RaftLogFiles.positions(open, 6);
    byte[] torn = Files.readAllBytes(open);
    int sector = (at.get(4) / 512 + 1) * 512;
    Arrays.fill(torn, sector, sector + 512, (byte) 0);
    Files.write(open, torn);

    assertRefused(EMPTY, 4, open, "where entry 4 begins");
    assertCutOff(open, torn, at.get(4), 3);

    Arrays.fill(torn, sector, sector + 512, (byte) 'x');
    Files.write(open, torn);
    assertRefused(EMPTY, 3, open, "where entry 4 begins");
  }

  private void assertCutOff(Path open, byte[] torn, int at, long last) throws IOException {
    Files.write(open, torn);
    assertThat(check(EMPTY, last).last()).isEqualTo(last);
    assertThat(open).hasSize(at);
  }

  @Test
  void damageInAClosedFileIsRefused() throws IOException {
    Path closed = files.closed(0, 4);
    files.inProgress(5, 6);
    List<Integer> at = RaftLogFiles.positions(closed, 5);
    byte[] whole = Files.readAllBytes(closed);

    byte[] flipped = whole.clone();
    flipped[at.get(4) + 100] ^= 1;
    Files.write(closed, flipped);
    assertRefused(EMPTY, -1, closed, "where entry 4 begins");

    Files.write(closed, Arrays.copyOf(whole, at.get(4)));
    assertRefused(EMPTY, -1, closed, "ends with entry 3");

    Files.write(closed, Arrays.copyOf(whole, at.get(4) + 100));
    assertRefused(EMPTY, -1, closed, "where entry 4 begins");

    whole[3] ^= 1;
    Files.write(closed, whole);
    assertRefused(EMPTY, -1, closed, "is damaged at its first bytes");
  }

  @Test
  void anEntryInThePlaceOfAnotherIsRefused() throws IOException {
    Path other = files.closed(5, 9);
    Path file = directory.resolve("log_0-4");
    Files.move(other, file);
    assertRefused(EMPTY, -1, file, "holds entry 5 in the place of 0");
  }

  @Test
  void aMissingFileIsRefused() throws IOException {
    files.closed(0, 4);
    Path missing = files.closed(5, 7);
    Path last = files.inProgress(8, 9);
    Files.delete(missing);
    assertRefused(EMPTY, -1, last, "does not follow entry 4, the last before it");
    assertRefused(new StoredState(6, 6, 3), 9, last, "does not follow entry 4");

    Files.delete(directory.resolve("log_0-4"));
    assertRefused(
        new StoredState(6, 3, 3),
        9,
        last,
        "is the first file of the log, but database and snapshots hold no more than entry 6");
    assertThat(check(new StoredState(7, 3, 3), 9).last()).isEqualTo(9);
  }

  @Test
  void filesThatOverlapOrFollowAnOpenOneAreRefused() throws IOException {
    files.closed(0, 4);
    Path overlapping = files.closed(3, 7);
    assertRefused(new StoredState(7, 7, 3), 7, overlapping, "does not follow entry 4");
    Files.delete(overlapping);

    Path open = files.inProgress(5, 6);
    files.closed(7, 9);
    assertRefused(EMPTY, -1, open, "is the end of the log by its name, but other files follow");
  }

  @Test
  void whatAnInterruptedPurgeHasLeftIsDeleted() throws IOException {
    Path left = files.closed(0, 4);
    Path kept = files.closed(8, 9);
    Path open = files.inProgress(10, 12);

    assertThat(check(new StoredState(12, 7, 3), 12)).isEqualTo(whole(12));
    assertThat(left).doesNotExist();
    assertThat(List.of(kept, open)).allMatch(Files::exists);
  }

  @Test
  void anInterruptedTruncationIsFinished() throws IOException {
    files.closed(0, 4);
    Path truncated = files.closed(5, 9);
    List<Integer> at = RaftLogFiles.positions(truncated, 5);
    Files.write(truncated, Arrays.copyOf(Files.readAllBytes(truncated), at.get(3)));

    assertRefused(EMPTY, 8, truncated, "ends with entry 7");
    assertThat(check(EMPTY, 7).last()).isEqualTo(7);
    assertThat(truncated).doesNotExist();
    assertThat(directory.resolve("log_5-7")).hasSize(at.get(3));
    assertThat(check(EMPTY, 7).last()).isEqualTo(7);
  }

  @Test
  void aSnapshotAheadOfTheLogIsNoDamage() throws IOException {
    files.closed(0, 4);
    assertThat(check(new StoredState(3, 9, 3), 9).last()).isEqualTo(4);
    assertRefused(
        new StoredState(9, 3, 3),
        -1,
        directory.resolve("log_0-4"),
        "end with entry 4, but this node had acknowledged up to entry 9");
  }
}
