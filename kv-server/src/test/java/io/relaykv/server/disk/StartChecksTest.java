package io.relaykv.server.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.statemachine.store.KvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartChecksTest {
  @TempDir private Path directory;
  private DataFiles files;

  @BeforeEach
  void nameFiles() {
    files =
        new DataFiles(
            directory.resolve("current"),
            directory.resolve("sm"),
            directory.resolve("db"),
            directory.resolve("high-water-mark"));
  }

  /** What a node has that was stopped after its entry 5. */
  private void runOnce() throws IOException {
    Files.createDirectory(files.log());
    Files.writeString(vote(), "#a comment\nterm=3\nvotedFor=n1\n");
    Files.write(members(), RaftLogFiles.entry(0).toByteArray());
    new RaftLogFiles(files.log()).inProgress(0, 5);
    KvStore.open(files.database()).close();
    HighWaterMark.create(files.highWaterMark()).raise(5);
  }

  private Path vote() {
    return files.log().resolve("raft-meta");
  }

  private Path members() {
    return files.log().resolve("raft-meta.conf");
  }

  private HighWaterMark check() throws IOException {
    return StartChecks.run(files, true, RaftLogFiles.MAX_ENTRY_BYTES);
  }

  private void assertRefused(Path named, String reason) {
    assertThatExceptionOfType(DamagedDataException.class)
        .isThrownBy(this::check)
        .withMessageContaining(named.toString())
        .withMessageContaining(reason)
        .withMessageContaining("replace the node");
  }

  @Test
  void theFirstStartMakesTheMarkAndNothingElse() throws IOException {
    HighWaterMark mark = StartChecks.run(files, false, RaftLogFiles.MAX_ENTRY_BYTES);

    assertThat(mark.index()).isEqualTo(-1);
    assertThat(directory).isDirectoryContaining(files.highWaterMark()::equals);
    assertThat(directory.toFile().list()).hasSize(1);
    assertThat(StartChecks.run(files, false, RaftLogFiles.MAX_ENTRY_BYTES).index())
        .as("after a first start that failed")
        .isEqualTo(-1);
  }

  @Test
  void aNodeThatIsWholeGoesOnFromItsMark() throws IOException {
    runOnce();
    assertThat(check().index()).isEqualTo(5);
  }

  @Test
  void aMarkThatIsGoneOrDamagedIsNotMadeAnew() throws IOException {
    runOnce();
    Files.writeString(files.highWaterMark(), "");
    assertRefused(files.highWaterMark(), "is damaged");
    Files.delete(files.highWaterMark());
    assertRefused(files.highWaterMark(), "is gone, though this node has run before");
    assertThat(files.highWaterMark()).doesNotExist();
  }

  @Test
  void aVoteThatIsGoneOrDamagedIsRefused() throws IOException {
    runOnce();
    Files.writeString(vote(), "term=3\n");
    assertRefused(vote(), "names no term and vote");
    Files.writeString(vote(), "term=-3\nvotedFor=n1\n");
    assertRefused(vote(), "names no term and vote");
    Files.writeString(vote(), "term=\\u12");
    assertRefused(vote(), "is damaged");
    Files.write(vote(), new byte[] {(byte) 0xC3, 0x28});
    assertRefused(vote(), "is damaged");
    Files.delete(vote());
    assertRefused(vote(), "is gone");
  }

  @Test
  void aTermBelowThatOfTheLogIsRaised() throws IOException {
    runOnce();
    Files.writeString(vote(), "term=2\nvotedFor=n2\n");

    assertThat(check().index()).isEqualTo(5);

    assertThat(Files.readAllLines(vote())).contains("term=3", "votedFor=");
    assertThat(files.log().toFile().list()).noneMatch(name -> name.endsWith(".mended"));
  }

  /** What a full disk leaves of it. */
  @Test
  void anEmptyVoteIsReplacedByATermInWhichItCannotHaveVoted() throws IOException {
    runOnce();
    Files.writeString(vote(), "");

    assertThat(check().index()).isEqualTo(5);

    assertThat(Files.readAllLines(vote())).contains("term=1000003", "votedFor=");
    byte[] mended = Files.readAllBytes(vote());
    assertThat(check().index()).isEqualTo(5);
    assertThat(vote()).as("when started once more").hasBinaryContent(mended);
  }

  /** Terms may have jumped before, and the log is empty after a snapshot has been installed. */
  @Test
  void anEmptyVoteIsReplacedByATermAboveThatOfTheSnapshotToo() throws IOException {
    runOnce();
    Files.delete(files.log().resolve("log_inprogress_0"));
    Files.createDirectories(files.snapshots().resolve("snapshot.1000003_5"));
    Files.writeString(vote(), "");

    assertThat(check().index()).isEqualTo(5);

    assertThat(Files.readAllLines(vote())).contains("term=2000003", "votedFor=");
  }

  @Test
  void aTermThatTheLogHasReachedIsLeftAlone() throws IOException {
    runOnce();
    byte[] before = Files.readAllBytes(vote());

    assertThat(check().index()).isEqualTo(5);

    assertThat(vote()).hasBinaryContent(before);
  }

  @Test
  void membersThatAreDamagedAreRefused() throws IOException {
    runOnce();
    Files.write(members(), RaftLogFiles.entry(1).toByteArray());
    assertRefused(members(), "names no members");
    Files.write(members(), "garbage".getBytes(UTF_8));
    assertRefused(members(), "names no members");
  }

  /** What a full disk leaves of them. */
  @Test
  void emptyMembersAreTakenFromTheLog() throws IOException {
    runOnce();
    Files.writeString(members(), "");

    assertThat(check().index()).isEqualTo(5);

    assertThat(members()).hasBinaryContent(RaftLogFiles.entry(0).toByteArray());
  }

  /** They could be taken back: Ratis finds them, and applies them when they are committed. */
  @Test
  void emptyMembersAreForRatisToFindIfTheLogNamesThemBehindTheMark() throws IOException {
    runOnce();
    Files.delete(files.highWaterMark());
    HighWaterMark.create(files.highWaterMark());
    Files.writeString(members(), "");

    assertThat(check().index()).isEqualTo(-1);

    assertThat(members()).doesNotExist();
  }

  @Test
  void emptyMembersThatTheLogDoesNotNameAreRefused() throws IOException {
    runOnce();
    Files.delete(files.log().resolve("log_inprogress_0"));
    Files.createDirectories(files.snapshots().resolve("snapshot.3_5"));
    Files.writeString(members(), "");

    assertRefused(members(), "names no members");
    assertThat(members()).isEmptyFile();
  }

  @Test
  void membersMayBeMissingOnlyIfTheLogNamesThem() throws IOException {
    runOnce();
    Files.delete(members());
    assertThat(check().index()).isEqualTo(5);

    Files.createDirectories(files.snapshots().resolve("snapshot.3_5"));
    Files.delete(files.log().resolve("log_inprogress_0"));
    assertRefused(members(), "is gone");
  }

  @Test
  void aNodeThatNeverHeardOfALeaderNeedsNoMembers() throws IOException {
    Files.createDirectory(files.log());
    Files.writeString(vote(), "term=0\nvotedFor=\n");
    HighWaterMark.create(files.highWaterMark());
    assertThat(check().index()).isEqualTo(-1);
  }

  @Test
  void theDatabaseIsNamedWithTheWayToGetAnother() throws IOException {
    runOnce();
    Files.delete(files.database().resolve("CURRENT"));
    assertRefused(
        files.database(), "move " + files.database() + " away to have it made again from snapshot");
  }

  @Test
  void aDatabaseThatIsGoneNeedsALogThatReachesBack() throws IOException {
    runOnce();
    try (Stream<Path> listed = Files.list(files.database())) {
      for (Path file : listed.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(files.database());
    assertThat(check().index()).isEqualTo(5);

    Files.delete(files.log().resolve("log_inprogress_0"));
    Path purged = new RaftLogFiles(files.log()).inProgress(3, 5);
    assertRefused(purged, "database and snapshots hold no more than entry -1");
    Files.createDirectories(files.snapshots().resolve("snapshot.3_2"));
    assertThat(check().index()).isEqualTo(5);
  }
}
