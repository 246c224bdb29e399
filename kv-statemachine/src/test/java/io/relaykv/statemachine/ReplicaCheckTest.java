package io.relaykv.statemachine;

import static io.relaykv.statemachine.Commands.command;
import static io.relaykv.statemachine.Commands.compareCheck;
import static io.relaykv.statemachine.Commands.put;
import static io.relaykv.statemachine.Commands.session;
import static io.relaykv.statemachine.Commands.startCheck;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.StartCheck;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.FrozenContent;
import io.relaykv.statemachine.store.KvStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hashing is held up at will: it begins, and goes on with each piece, only as the test says. */
class ReplicaCheckTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final ByteString OTHER = ByteString.copyFrom(new byte[32]);

  @TempDir Path temp;

  private final TestNode.RecordedEvents events = new TestNode.RecordedEvents();
  private final LiveStore live = new LiveStore();
  private final Semaphore pieces = new Semaphore(0);
  private final ReplicaCheck check =
      new ReplicaCheck(
          live,
          events,
          task ->
              new Thread(
                  () -> {
                    pieces.acquireUninterruptibly();
                    task.run();
                  },
                  "test-replica-check"),
          pieces::acquireUninterruptibly);
  private CommandApplier applier;
  private long index;
  private int writes;

  @BeforeEach
  void open() throws IOException {
    open("db");
    Commands.accounts(1).forEach(this::apply);
  }

  private void open(String name) throws IOException {
    live.replace(
        () -> {
          KvStore store = KvStore.open(temp.resolve(name));
          applier = new CommandApplier(store, AccessTable.load(store), FormerMembers.load(store));
          check.storeOpened();
          return store;
        });
  }

  @AfterEach
  void close() {
    check.close();
    live.close();
    goOn();
    assertThat(events.failures).isEmpty();
  }

  @Test
  void hashesWhatTheStoreHeldAtTheEntryWhateverIsAppliedBehindIt() {
    putBig(4);
    long marker = apply(startCheck(NOW));
    ByteString expected = live.with(ReplicaCheckTest::digest);
    putBig(4);
    apply(Commands.deleteAccount("account-1"));
    assertThat(live.with(ReplicaCheckTest::digest)).isNotEqualTo(expected);
    assertThat(check.isHashing()).isTrue();

    goOn();

    assertThat(awaitDigest()).isEqualTo(expected);
    assertThat(check.isHashing()).isFalse();
    assertThat(check.progress().orElseThrow().index()).isEqualTo(marker);
    assertThat(check.progress().orElseThrow().hashedBytes()).isGreaterThan(4_000_000);
  }

  @Test
  void comparesWhenBothDigestsAreThereWhicheverComesFirst() {
    long first = apply(startCheck(NOW));
    ByteString digest = live.with(ReplicaCheckTest::digest);
    apply(compareCheck(first, digest, "n1"));
    assertThat(events.comparisons).isEmpty();
    goOn();
    awaitDigest();
    awaitComparisons(new CheckComparison(first, "n1", true, NOW));

    long second = apply(startCheck(NOW));
    awaitDigest();
    assertThat(events.comparisons).hasSize(1);
    apply(compareCheck(second, OTHER, "n2"));
    awaitComparisons(
        new CheckComparison(first, "n1", true, NOW), new CheckComparison(second, "n2", false, NOW));
  }

  @Test
  void isComparedOnce() {
    goOn();
    long marker = apply(startCheck(NOW));
    awaitDigest();
    assertThat(check.toCompare()).isEqualTo(check.progress());
    apply(compareCheck(marker, OTHER, "n1"));
    assertThat(check.toCompare()).isEmpty();
    apply(compareCheck(marker, OTHER, "n2"));
    assertThat(events.comparisons).containsExactly(new CheckComparison(marker, "n1", false, NOW));
  }

  @Test
  void nothingIsToBeComparedBeforeItIsHashed() {
    assertThat(check.toCompare()).isEmpty();
    apply(startCheck(NOW));
    assertThat(check.toCompare()).isEmpty();
  }

  @Test
  void aNodeWithoutAResultDoesNotDiffer() throws IOException {
    goOn();
    long marker = apply(startCheck(NOW));
    awaitDigest();
    live.close();
    open("db");
    apply(compareCheck(marker, OTHER, "n1"));
    assertThat(check.progress()).isEmpty();
    assertThat(events.comparisons).isEmpty();
  }

  @Test
  void aNewerCheckEndsAnOlderOne() {
    putBig(4);
    long older = apply(startCheck(NOW));
    pieces.release();
    await("the first piece").until(() -> check.progress().orElseThrow().hashedBytes() > 0);
    putBig(1);
    long newer = apply(startCheck(NOW));
    ByteString expected = live.with(ReplicaCheckTest::digest);
    goOn();
    assertThat(awaitDigest()).isEqualTo(expected);
    apply(compareCheck(older, OTHER, "n1"));
    apply(compareCheck(newer, expected, "n1"));
    awaitComparisons(new CheckComparison(newer, "n1", true, NOW));
  }

  @Test
  void endsWithoutAResultWhenTheStoreIsReplacedMeanwhile() throws IOException {
    putBig(4);
    apply(startCheck(NOW));
    pieces.release();
    await("the first piece").until(() -> check.progress().orElseThrow().hashedBytes() > 0);
    open("another");
    assertThat(check.progress()).isEmpty();
    Commands.accounts(1).forEach(this::apply);
    apply(startCheck(NOW));
    ByteString expected = live.with(ReplicaCheckTest::digest);
    goOn();
    assertThat(awaitDigest()).as("of the next one").isEqualTo(expected);
  }

  @Test
  void endsWithoutAResultWhenTheStoreIsClosedMeanwhile() throws InterruptedException {
    putBig(4);
    apply(startCheck(NOW));
    pieces.release();
    await("the first piece").until(() -> check.progress().orElseThrow().hashedBytes() > 0);
    live.close();
    goOn();
    check.close();
    await("the thread to end")
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("test-replica-check")));
    assertThat(check.progress()).isEmpty();
  }

  @Test
  void aVersionThatIsNotKnownHasNoResult() {
    goOn();
    apply(
        Command.newBuilder()
            .setStartCheck(
                StartCheck.newBuilder().setDigestVersion(FrozenContent.DIGEST_VERSION + 1))
            .build());
    assertThat(check.progress()).isEmpty();
  }

  @Test
  void aDamagedTableIsAFailure() throws IOException {
    putBig(4);
    live.with(
        store -> {
          store.checkpoint(store.applied(), temp.resolve("flushed"));
          return store;
        });
    try (Stream<Path> files = Files.list(temp.resolve("db"))) {
      for (Path table : files.filter(file -> file.toString().endsWith(".sst")).toList()) {
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
          file.seek(file.length() / 3);
          file.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        }
      }
    }
    apply(startCheck(NOW));
    goOn();
    await("the failure").until(() -> !events.failures.isEmpty());
    assertThat(events.failures)
        .containsExactly("cannot read what is to be hashed for a replica check");
    events.failures.clear();
  }

  @Test
  void replicasThatCrashAndInstallSnapshotsComeToTheSameDigest() throws IOException {
    List<LogEntryProto> log = new ArrayList<>();
    RandomCommands commands = new RandomCommands(new Random(5));
    try (TestNode leader = TestNode.start(temp.resolve("leader"), log);
        TestNode installed = TestNode.start(temp.resolve("installed"), log);
        TestNode crashed = TestNode.start(temp.resolve("crashed"), log)) {
      for (int i = 0; i < 400; i++) {
        log.add(TestNode.entry(log, commands.next()));
      }
      leader.catchUp();
      leader.takeSnapshot();
      installed.install(leader);
      crashed.catchUp();
      crashed.takeSnapshot();
      for (int i = 0; i < 100; i++) {
        log.add(TestNode.entry(log, commands.next()));
      }
      log.add(TestNode.entry(log, startCheck(NOW)));
      int marker = log.size() - 1;
      leader.catchUp();
      installed.catchUp();
      crashed.catchUp();
      // Applies the entries behind its snapshot again, with the marker among them.
      crashed.crash();
      assertThat(crashed.machine().check().progress()).isEmpty();
      crashed.catchUp();
      for (TestNode node : List.of(leader, installed, crashed)) {
        await("the digest").until(() -> node.machine().check().toCompare().isPresent());
      }
      ByteString expected =
          leader.machine().check().toCompare().orElseThrow().digest().orElseThrow();
      log.add(TestNode.entry(log, compareCheck(marker, expected, "n1")));
      for (TestNode node : List.of(leader, installed, crashed)) {
        node.catchUp();
        assertThat(node.events.comparisons)
            .containsExactly(new CheckComparison(marker, "n1", true, NOW));
        assertThat(node.machine().lastCheckMs()).hasValue(NOW);
      }
    }
  }

  @Test
  void aSnapshotFromTheLeaderBehindTheMarkerLeavesNoResult() throws IOException {
    List<LogEntryProto> log = new ArrayList<>();
    RandomCommands commands = new RandomCommands(new Random(6));
    try (TestNode leader = TestNode.start(temp.resolve("leader"), log);
        TestNode node = TestNode.start(temp.resolve("node"), log)) {
      for (int i = 0; i < 100; i++) {
        log.add(TestNode.entry(log, commands.next()));
      }
      log.add(TestNode.entry(log, startCheck(NOW)));
      node.catchUp();
      assertThat(node.machine().check().progress()).isPresent();
      log.add(TestNode.entry(log, commands.next()));
      leader.catchUp();
      leader.takeSnapshot();
      node.install(leader);
      assertThat(node.machine().check().progress()).isEmpty();
      log.add(TestNode.entry(log, compareCheck(100, OTHER, "n1")));
      node.catchUp();
      assertThat(node.events.comparisons).isEmpty();
    }
  }

  private long apply(Command command) {
    applier.apply(command, new Applied(1, ++index));
    check.applied(command, index);
    return index;
  }

  /** Each takes more than one piece to hash. */
  private void putBig(int count) {
    for (int i = 0; i < count; i++) {
      String value = "\"" + "v".repeat(1 << 20).substring(2) + "\"";
      apply(command(NOW, session(1, 1, 1, put(++writes, "big/" + writes, value))));
    }
  }

  private void goOn() {
    pieces.release(1_000_000);
  }

  private ByteString awaitDigest() {
    await("the digest").until(() -> check.progress().orElseThrow().digest().isPresent());
    return check.progress().orElseThrow().digest().orElseThrow();
  }

  private void awaitComparisons(CheckComparison... expected) {
    await("the comparison").until(() -> events.comparisons.size() == expected.length);
    assertThat(events.comparisons).containsExactly(expected);
  }

  private static ByteString digest(KvStore store) {
    try (FrozenContent content = store.freeze()) {
      while (content.hashNext(1 << 20)) {
        // on to the next piece
      }
      return ByteString.copyFrom(content.digest());
    }
  }
}
