package io.relaykv.statemachine;

import static io.relaykv.statemachine.Commands.command;
import static io.relaykv.statemachine.Commands.put;
import static io.relaykv.statemachine.Commands.session;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import io.relaykv.statemachine.store.StoreContents;
import io.relaykv.statemachine.store.StoreException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvStateMachineTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final long ACCOUNT = 1;

  @TempDir Path temp;

  private final List<LogEntryProto> log = new ArrayList<>();
  private final RandomCommands commands = new RandomCommands(new Random(1));
  private TestNode node;
  private int writes;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.start(temp.resolve("node"), log);
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
  }

  @Test
  void aNewNodeHasNoSnapshotAndHasAppliedNothing() {
    assertThat(node.machine().getLatestSnapshot()).isNull();
    assertThat(node.machine().snapshotIndex()).isEqualTo(-1);
    assertThat(node.machine().getLastAppliedTermIndex()).isEqualTo(TermIndex.valueOf(0, -1));
    assertThat(node.machine().getLifeCycleState()).isEqualTo(LifeCycle.State.RUNNING);
  }

  @Test
  void theLeaderLearnsWhatCameOfItsCommand() throws IOException {
    makeAccount();
    Command command = putA("1");
    assertThat(node.lead(command).getWrites().getStatusesList())
        .containsExactly(WriteStatus.APPLIED);
    assertThat(valueOfA()).contains("1");
    assertThat(node.events.told).containsExactly("applied 2: " + command.getSerializedSize());
  }

  @Test
  void membersThatRatisCouldNotWriteDownEndTheNode() throws IOException {
    Path members = node.directory().resolve("raft/current/raft-meta.conf");
    Files.write(members, new byte[] {1});
    configurationChanged();
    assertThat(node.events.failures).isEmpty();

    Files.write(members, new byte[0]);
    configurationChanged();
    assertThat(node.events.failures)
        .containsExactly("the members of the cluster could not be written to disk");
  }

  private void configurationChanged() {
    node.machine().notifyConfigurationChanged(1, 0, RaftConfigurationProto.getDefaultInstance());
  }

  @Test
  void anEntryThatRatisDeliversAgainIsSkipped() throws IOException {
    makeAccount();
    log.add(TestNode.entry(log, putA("1")));
    log.add(TestNode.entry(log, putA("2")));
    node.catchUp();
    SortedMap<String, String> before = node.contents();
    node.events.told.clear();
    Message reply = node.apply(node.machine().startTransaction(log.get(2), RaftPeerRole.FOLLOWER));
    assertThat(reply.getContent()).isEqualTo(ByteString.EMPTY);
    assertThat(node.contents()).isEqualTo(before);
    assertThat(node.machine().getLastAppliedTermIndex().getIndex()).isEqualTo(3);
    assertThat(node.events.told).isEmpty();
  }

  @Test
  void entriesOfRatisItselfMoveTheAppliedIndexAndASnapshotKeepsIt() throws IOException {
    log.add(TestNode.entry(log, putA("1")));
    log.add(TestNode.configuration(log));
    node.catchUp();
    node.machine().notifyTermIndexUpdated(1, 0);
    assertThat(node.machine().getLastAppliedTermIndex()).isEqualTo(TermIndex.valueOf(1, 1));
    assertThat(node.events.told)
        .as("elections alone lead to a snapshot, too, as each begins a file of the log")
        .endsWith("applied 1: 1048576");
    assertThat(node.takeSnapshot()).isEqualTo(1);
    node.crash();
    assertThat(node.machine().getLastAppliedTermIndex()).isEqualTo(TermIndex.valueOf(1, 1));
    assertThat(node.appliedByRatis()).isEqualTo(1);
  }

  @Test
  void nothingAppliedMakesNoSnapshot() throws IOException {
    assertThat(node.takeSnapshot()).isEqualTo(-1);
    node.restart();
    assertThat(node.machine().getLatestSnapshot()).isNull();
  }

  @Test
  void aCrashBeforeTheFirstSnapshotIsHealedByTheWholeLog() throws IOException {
    write(10);
    SortedMap<String, String> before = node.contents();
    node.crash();
    assertThat(node.machine().getLatestSnapshot()).isNull();
    assertThat(node.machine().getLastAppliedTermIndex().getIndex()).isEqualTo(-1);
    node.catchUp();
    assertThat(node.contents()).isEqualTo(before);
  }

  @Test
  void aCrashAfterASnapshotIsHealedByTheLogBehindIt() throws IOException {
    write(10);
    assertThat(node.takeSnapshot()).isEqualTo(9);
    write(10);
    SortedMap<String, String> before = node.contents();
    node.crash();
    assertThat(node.appliedByRatis()).isEqualTo(9);
    assertThat(node.machine().getLastAppliedTermIndex().getIndex()).isEqualTo(9);
    node.catchUp();
    assertThat(node.contents()).isEqualTo(before);
  }

  @Test
  void aDatabaseAheadOfItsSnapshotMakesOneAtTheStart() throws IOException {
    write(10);
    node.takeSnapshot();
    write(10);
    SortedMap<String, String> before = node.contents();
    node.restart();
    assertThat(node.machine().snapshotIndex()).isEqualTo(19);
    assertThat(node.appliedByRatis()).as("Ratis delivers nothing twice").isEqualTo(19);
    assertThat(node.contents()).isEqualTo(before);
  }

  @Test
  void aDatabaseThatIsGoneIsRestoredFromTheSnapshot() throws IOException {
    write(10);
    node.takeSnapshot();
    SortedMap<String, String> before = node.contents();
    node.crashTo(temp.resolve("left"));
    Directories.delete(node.database());
    node.startAgain();
    assertThat(node.contents()).isEqualTo(before);
    assertThat(node.machine().getLastAppliedTermIndex().getIndex()).isEqualTo(9);
  }

  @Test
  void aSnapshotFromTheLeaderReplacesWhatThereWas() throws IOException {
    write(10);
    try (TestNode leader = TestNode.start(temp.resolve("leader"), log)) {
      leader.catchUp();
      writeOn(leader, 20);
      leader.takeSnapshot();
      SortedMap<String, String> expected = leader.contents();

      node.installUpToReload(leader);
      assertThat(node.machine().getLifeCycleState()).isEqualTo(LifeCycle.State.PAUSED);
      node.reload();
      assertThat(node.machine().getLifeCycleState()).isEqualTo(LifeCycle.State.RUNNING);
      assertThat(node.contents()).isEqualTo(expected);
      assertThat(node.machine().getLastAppliedTermIndex().getIndex()).isEqualTo(29);
      assertThat(node.events.told).contains("installed snapshot 29").doesNotContain("snapshot 29");

      writeOn(leader, 5);
      node.catchUp();
      assertThat(node.contents()).isEqualTo(leader.contents());
      assertThat(node.takeSnapshot()).isEqualTo(34);
    }
  }

  @Test
  void untilTheReloadTheOldStoreServesAndNoSnapshotIsMadeOfIt() throws IOException {
    write(10);
    try (TestNode leader = leaderWithSnapshot(20)) {
      node.installUpToReload(leader);
      LogEntryProto next = log.get(10);
      node.apply(node.machine().startTransaction(next, RaftPeerRole.FOLLOWER));
      assertThat(node.takeSnapshot()).isEqualTo(-1);
      assertThat(WholeDirectory.names(node.snapshots())).containsExactly("snapshot.1_29");
      node.reload();
      assertThat(node.contents()).isEqualTo(leader.contents());
      assertThat(node.events.failures).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCrashBeforeRatisPutsAReceivedSnapshotInPlaceLeavesTheOldState(boolean whole)
      throws IOException {
    write(10);
    node.takeSnapshot();
    SortedMap<String, String> before = node.contents();
    try (TestNode leader = leaderWithSnapshot(20)) {
      node.receive(leader);
      if (whole) {
        node.machine().pause();
      }
      node.crashTo(temp.resolve("left"));
      Path received = node.directory().resolve("raft/tmp/snapshot-request-29/snapshot.1_29");
      assertThat(received).isDirectory();
      if (!whole) {
        Files.delete(received.resolve("CURRENT"));
      }
      node.startAgain();
      assertThat(node.contents()).isEqualTo(before);
      assertThat(node.appliedByRatis()).isEqualTo(9);
      assertThat(node.directory().resolve("raft/tmp")).doesNotExist();

      node.install(leader);
      assertThat(node.contents()).isEqualTo(leader.contents());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCrashBeforeTheReloadIsHealedAtTheStart(boolean oldSnapshotsLeft) throws IOException {
    write(10);
    try (TestNode leader = leaderWithSnapshot(20)) {
      node.installUpToReload(leader);
      node.crashTo(temp.resolve("left"));
      Path old = node.directory().resolve("raft/sm.tmp20260101_000000");
      if (oldSnapshotsLeft) {
        Files.createDirectories(old.resolve("snapshot.1_9"));
      }
      node.startAgain();
      assertThat(node.contents()).isEqualTo(leader.contents());
      assertThat(node.appliedByRatis()).isEqualTo(29);
      assertThat(old).doesNotExist();
    }
  }

  @Test
  void repeatedInstallationsLeaveNothingBehind() throws IOException {
    try (TestNode leader = TestNode.start(temp.resolve("leader"), log)) {
      for (int round = 0; round < 5; round++) {
        writeOn(leader, 10);
        leader.takeSnapshot();
        node.install(leader);
        node.machine().deleteBrokenOffTransfers();
        assertThat(node.contents()).isEqualTo(leader.contents());
      }
      assertThat(WholeDirectory.names(node.directory())).containsExactlyInAnyOrder("db", "raft");
      assertThat(WholeDirectory.names(node.directory().resolve("raft")))
          .containsExactlyInAnyOrder("current", "sm", "tmp", "in_use.lock");
      assertThat(node.directory().resolve("raft/tmp")).isEmptyDirectory();
      assertThat(WholeDirectory.names(node.snapshots())).containsExactly("snapshot.1_49");
      assertThat(WholeDirectory.names(node.database()))
          .noneMatch(name -> name.endsWith(".md5") || name.equals(SnapshotManifest.NAME));
    }
  }

  @Test
  void aRestartCountsWhatTheLogHoldsBehindTheSnapshotAndAnInstallationBeginsAnew()
      throws IOException {
    write(10);
    node.takeSnapshot();
    write(5);
    List<String> behind = List.copyOf(node.events.told.subList(11, 16));
    node.events.told.clear();
    node.crash();
    node.catchUp();
    assertThat(node.events.told).isEqualTo(behind);

    try (TestNode leader = leaderWithSnapshot(20)) {
      node.install(leader);
      assertThat(node.events.told).endsWith("installed snapshot 34");
    }
  }

  @Test
  void aCrashWhileTheDatabaseIsReplacedIsHealedAtTheStart() throws IOException {
    write(10);
    try (TestNode leader = leaderWithSnapshot(20)) {
      node.installUpToReload(leader);
      node.crashTo(temp.resolve("left"));
      Path database = node.database();
      // Between the steps of Directories.cloneCheckpoint: first, a clone half done.
      Path half = Files.createDirectory(database.resolveSibling("db.restoring"));
      Files.writeString(half.resolve("CURRENT"), "half");
      node.startAgain();
      assertThat(node.contents()).isEqualTo(leader.contents());

      // Then the old one out of the way, the clone not in its place yet.
      node.crashTo(temp.resolve("left2"));
      database = node.database();
      Files.move(database, database.resolveSibling("db.replaced"));
      node.startAgain();
      assertThat(node.contents()).isEqualTo(leader.contents());

      // Last, the clone in its place, the old one not deleted yet.
      node.crashTo(temp.resolve("left3"));
      Files.createDirectory(node.database().resolveSibling("db.replaced"));
      node.startAgain();
      assertThat(node.contents()).isEqualTo(leader.contents());
      assertThat(WholeDirectory.names(node.directory())).containsExactlyInAnyOrder("db", "raft");
    }
  }

  @Test
  void aCrashWhileRatisReplacesTheSnapshotsLeavesTheOldStateWithASnapshot() throws IOException {
    write(10);
    node.takeSnapshot();
    SortedMap<String, String> before = node.contents();
    node.crashTo(temp.resolve("left"));
    // Ratis has moved the old ones away and dies before it moves the received one in.
    Path raft = node.directory().resolve("raft");
    Files.move(node.snapshots(), raft.resolve("sm.tmp20260101_000000"));
    Files.createDirectories(raft.resolve("tmp/snapshot-request/snapshot.1_29"));
    node.startAgain();
    assertThat(node.contents()).isEqualTo(before);
    assertThat(node.appliedByRatis()).isEqualTo(9);
    assertThat(raft.resolve("sm.tmp20260101_000000")).doesNotExist();
    assertThat(raft.resolve("tmp")).doesNotExist();
  }

  @Test
  void startsDoNotPileUpSnapshots() throws IOException {
    for (int start = 0; start < 6; start++) {
      write(5);
      node.restart();
    }
    assertThat(WholeDirectory.names(node.snapshots()))
        .containsExactlyInAnyOrder("snapshot.1_19", "snapshot.1_24", "snapshot.1_29");
  }

  @Test
  void anEntryThatCannotBeAppliedStopsRatisFromApplyingTheNext() throws IOException {
    write(1);
    SortedMap<String, String> before = node.contents();
    log.add(TestNode.entry(log, Command.getDefaultInstance()));
    assertThatExceptionOfType(UnknownCommandException.class)
        .isThrownBy(() -> node.catchUp())
        .withMessageContaining("log entry 1");
    log.remove(1);
    LogEntryProto noCommand = TestNode.entry(log, ByteString.copyFrom(new byte[] {-1, -1}));
    assertThatExceptionOfType(UnknownCommandException.class)
        .isThrownBy(
            () -> node.apply(node.machine().startTransaction(noCommand, RaftPeerRole.FOLLOWER)));
    assertThat(node.events.failures)
        .containsExactly("cannot apply log entry 1", "cannot apply log entry 1");
    assertThat(node.contents()).isEqualTo(before);
    assertThat(node.machine().getLastAppliedTermIndex().getIndex()).isZero();
  }

  @Test
  void entriesAreNeverLeftOut() throws IOException {
    write(1);
    SortedMap<String, String> before = node.contents();
    log.add(TestNode.entry(log, putA("left out")));
    LogEntryProto behind = TestNode.entry(log, putA("behind it"));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () -> node.apply(node.machine().startTransaction(behind, RaftPeerRole.FOLLOWER)))
        .withMessageContaining("entry 2, but entries are applied up to 0");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> node.machine().notifyTermIndexUpdated(1, 2));
    assertThat(node.events.failures)
        .containsExactly("cannot apply log entry 2", "cannot apply log entry 2");
    assertThat(node.contents()).isEqualTo(before);
    assertThat(node.machine().getLastAppliedTermIndex().getIndex()).isZero();
  }

  @Test
  void aSnapshotThatCannotBeMadeIsAFailure() throws IOException {
    write(1);
    Directories.delete(node.snapshots());
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> node.takeSnapshot());
    assertThat(node.events.failures).containsExactly("cannot take a snapshot");
  }

  @Test
  void aStartThatFailsLeavesTheDatabaseClosed() throws IOException {
    Path directory = temp.resolve("damaged");
    Files.createDirectories(directory);
    try (KvStore store = KvStore.open(directory.resolve("db"))) {
      StoreBatch batch = store.newBatch();
      store.claim(TestNode.CLUSTER_ID);
      batch.putSession(new byte[24], new byte[3]);
      batch.commit(new Applied(1, 1));
    }
    assertThatExceptionOfType(BufferUnderflowException.class)
        .isThrownBy(() -> TestNode.start(directory, log));
    KvStore.open(directory.resolve("db")).close();
  }

  @Test
  void aDatabaseOfAnotherClusterIsRefusedAndStaysAsItIs() throws IOException {
    Files.createDirectory(temp.resolve("foreign"));
    Path directory = temp.resolve("foreign");
    try (KvStore store = KvStore.open(directory.resolve("db"))) {
      StoreBatch batch = store.newBatch();
      store.claim("another");
      batch.commit(new Applied(1, 1));
    }
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> TestNode.start(directory, log))
        .withMessageStartingWith(
            "the database in %s is of cluster another, not of this one, %s; ",
            directory.resolve("db"), TestNode.CLUSTER_ID);
    assertThat(directory.resolve("raft/sm")).isEmptyDirectory();
    try (KvStore store = KvStore.open(directory.resolve("db"))) {
      store.claim("another");
    }
  }

  @Test
  void whoLooksFromOutsideSeesThatItIsBeingReplaced() throws IOException {
    try (TestNode leader = leaderWithSnapshot(20)) {
      assertThat(node.machine().isBeingReplaced()).isFalse();
      assertThat(node.machine().waitsForSnapshot()).isFalse();
      node.installUpToReload(leader);
      assertThat(node.machine().isBeingReplaced()).isTrue();
      assertThat(node.machine().waitsForSnapshot()).isTrue();
      node.reload();
      assertThat(node.machine().isBeingReplaced()).isFalse();
      assertThat(node.machine().waitsForSnapshot()).isFalse();
    }
  }

  @Test
  void anInstalledSnapshotOfALevelThatIsNotSupportedIsAFailureNowAndAtTheNextStart()
      throws IOException {
    write(10);
    try (TestNode leader = leaderWithSnapshot(20)) {
      TermIndex last = leader.machine().getLastAppliedTermIndex();
      leader
          .machine()
          .live()
          .with(
              store -> {
                StoreBatch batch = store.newBatch();
                batch.putFeatureLevel(FeatureLevels.supported() + 1);
                batch.commit(new Applied(last.getTerm(), last.getIndex()));
                return true;
              });
      leader.lead(Commands.accounts(1).get(0));
      leader.takeSnapshot();
      node.installUpToReload(leader);

      assertThatExceptionOfType(NodeTooOldException.class)
          .isThrownBy(() -> node.reload())
          .withMessageStartingWith("the database in " + node.database() + " has feature level ");
      assertThat(node.events.failures)
          .containsExactly("cannot load the snapshot installed from the leader");
      assertThatExceptionOfType(NodeTooOldException.class).isThrownBy(() -> node.crash());
    }
  }

  @Test
  void anInstalledSnapshotThatIsDamagedIsAFailureAndTheOldDatabaseStays() throws IOException {
    write(10);
    SortedMap<String, String> before = node.contents();
    try (TestNode leader = leaderWithSnapshot(20)) {
      node.installUpToReload(leader);
      Path damaged = node.snapshots().resolve("snapshot.1_29/CURRENT");
      Files.writeString(damaged, "MANIFEST-999999\n");
      assertThatExceptionOfType(DamagedSnapshotException.class)
          .isThrownBy(() -> node.reload())
          .withMessageContaining(damaged + " is damaged");
      assertThat(node.events.failures)
          .containsExactly("cannot load the snapshot installed from the leader");
      assertThat(node.contents()).isEqualTo(before);

      assertThatExceptionOfType(DamagedSnapshotException.class)
          .as("nor is it loaded at the next start")
          .isThrownBy(() -> node.crash());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDamagedSnapshotIsRefusedAtTheStart(boolean alsoWithoutADatabase) throws IOException {
    write(10);
    node.takeSnapshot();
    node.crashTo(temp.resolve("left"));
    if (alsoWithoutADatabase) {
      Directories.delete(node.database());
    }
    Path table = anyTable(node.snapshots().resolve("snapshot.1_9"));
    byte[] content = Files.readAllBytes(table);
    content[content.length / 2] ^= 1;
    Files.write(table, content);

    assertThatExceptionOfType(DamagedSnapshotException.class)
        .isThrownBy(() -> node.startAgain())
        .withMessageContaining(table + " is damaged");

    content[content.length / 2] ^= 1;
    Files.write(table, content);
    node.startAgain();
    assertThat(node.appliedByRatis()).isEqualTo(9);
  }

  private static Path anyTable(Path snapshot) throws IOException {
    try (Stream<Path> files = Files.list(snapshot)) {
      return files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
    }
  }

  @Test
  void aClosedOneRefusesInsteadOfTouchingAClosedDatabase() throws IOException {
    write(1);
    LogEntryProto next = TestNode.entry(log, putA("2"));
    node.machine().close();
    assertThatIllegalStateException()
        .isThrownBy(() -> node.apply(node.machine().startTransaction(next, RaftPeerRole.FOLLOWER)));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> valueOfA());
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> node.takeSnapshot());
  }

  @Test
  void readsThroughRatisAreRefused() {
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> node.machine().query(Message.EMPTY).join())
        .withCauseInstanceOf(UnsupportedOperationException.class);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> node.machine().queryStale(Message.EMPTY, 1_000).join())
        .withCauseInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aReplicaThatCrashesAndInstallsSnapshotsHoldsTheSameAsItsLeader() throws IOException {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random chance = new Random(seed);
    RandomCommands troubledCommands = new RandomCommands(chance);
    int troubles = 0;
    try (TestNode leader = TestNode.start(temp.resolve("leader"), log)) {
      for (int i = 0; i < 600; i++) {
        String what = "relaykv.test.seed=%d, entry %d".formatted(seed, i);
        if (chance.nextInt(10) == 0) {
          log.add(TestNode.configuration(log));
        }
        log.add(TestNode.entry(log, troubledCommands.next()));
        leader.catchUp();
        if (chance.nextInt(12) == 0) {
          leader.takeSnapshot();
          boolean ahead = leader.machine().snapshotIndex() > node.appliedByRatis();
          if (ahead && chance.nextBoolean()) {
            troubles++;
            node.installUpToReload(leader);
            if (chance.nextInt(3) == 0) {
              node.crash();
            } else {
              node.reload();
            }
          }
        }
        // Now and then it lags, so that a snapshot of the leader is ahead of it.
        if (i % 200 < 150) {
          node.catchUp();
        }
        switch (chance.nextInt(60)) {
          case 0 -> node.restart();
          case 1 -> node.crash();
          case 2 -> node.takeSnapshot();
          default -> {}
        }
        if (i % 200 == 149) {
          // It may have crashed a moment ago.
          node.catchUp();
          assertThat(node.contents()).as(what).isEqualTo(leader.contents());
        }
      }
      node.catchUp();
      assertThat(node.contents())
          .as("relaykv.test.seed=%d", seed)
          .isEqualTo(leader.contents())
          .isEqualTo(contentsOfAStoreThatAppliesTheLog());
      assertThat(node.events.failures).as("relaykv.test.seed=%d", seed).isEmpty();
      assertThat(troubles).as("relaykv.test.seed=%d", seed).isPositive();
    }
  }

  private SortedMap<String, String> contentsOfAStoreThatAppliesTheLog() throws IOException {
    try (KvStore store = KvStore.open(temp.resolve("plain"))) {
      store.claim(TestNode.CLUSTER_ID);
      CommandApplier applier =
          new CommandApplier(store, AccessTable.load(store), FormerMembers.load(store));
      for (LogEntryProto entry : log) {
        if (entry.hasStateMachineLogEntry()) {
          applier.apply(
              Command.parseFrom(entry.getStateMachineLogEntry().getLogData().toByteArray()),
              new Applied(entry.getTerm(), entry.getIndex()));
        }
      }
      return StoreContents.of(store);
    }
  }

  private TestNode leaderWithSnapshot(int moreEntries) throws IOException {
    TestNode leader = TestNode.start(temp.resolve("leader"), log);
    leader.catchUp();
    writeOn(leader, moreEntries);
    leader.takeSnapshot();
    return leader;
  }

  private void write(int entries) {
    writeOn(node, entries);
  }

  private void writeOn(TestNode writer, int entries) {
    for (int i = 0; i < entries; i++) {
      log.add(TestNode.entry(log, commands.next()));
    }
    writer.catchUp();
  }

  private void makeAccount() {
    Commands.accounts(1).forEach(command -> log.add(TestNode.entry(log, command)));
    node.catchUp();
    node.events.told.clear();
  }

  private Command putA(String value) {
    return command(NOW, session(1, ACCOUNT, 1, put(++writes, "a", value)));
  }

  private Optional<String> valueOfA() {
    return node.machine()
        .live()
        .with(
            store ->
                Optional.ofNullable(store.get(ACCOUNT, "a"))
                    .map(value -> new String(value, UTF_8)));
  }
}
