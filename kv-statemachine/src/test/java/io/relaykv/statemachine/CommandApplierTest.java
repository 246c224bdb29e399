package io.relaykv.statemachine;

import static io.relaykv.protocol.log.WriteStatus.APPLIED;
import static io.relaykv.protocol.log.WriteStatus.DROPPED;
import static io.relaykv.protocol.log.WriteStatus.MALFORMED;
import static io.relaykv.statemachine.Commands.command;
import static io.relaykv.statemachine.Commands.compareCheck;
import static io.relaykv.statemachine.Commands.delete;
import static io.relaykv.statemachine.Commands.put;
import static io.relaykv.statemachine.Commands.session;
import static io.relaykv.statemachine.Commands.startCheck;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.RaiseFeatureLevel;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.CrashedCopy;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreContents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandApplierTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final long ACCOUNT = 1;

  private KvStore store;
  private CommandApplier applier;
  private long index;

  @BeforeEach
  void open(@TempDir Path directory) {
    store = KvStore.open(directory.resolve("db"));
    restart();
  }

  private void restart() {
    applier = new CommandApplier(store, AccessTable.load(store), FormerMembers.load(store));
  }

  private static Command raise(int level) {
    return Command.newBuilder()
        .setRaiseFeatureLevel(RaiseFeatureLevel.newBuilder().setLevel(level))
        .build();
  }

  @Test
  void aLevelThatTheClusterHasReachedChangesNothing() {
    int reached = applier.featureLevel();
    assertThat(reached).isEqualTo(FeatureLevels.FIRST);
    SortedMap<String, String> before = StoreContents.of(store);
    assertThat(apply(raise(reached)).getDone().getId()).isEqualTo(reached);
    assertThat(applier.featureLevel()).isEqualTo(reached);
    assertThat(StoreContents.of(store).keySet()).containsAll(before.keySet());
    assertThat(StoreContents.of(store).keySet()).noneMatch(row -> row.contains("feature_level"));
  }

  @Test
  void aLevelThatIsNotSupportedStopsTheReplicaBeforeIt() {
    SortedMap<String, String> before = StoreContents.of(store);
    assertThatExceptionOfType(NodeTooOldException.class)
        .isThrownBy(() -> apply(raise(FeatureLevels.supported() + 1)))
        .withMessageStartingWith("the log from entry 1 on has feature level ");
    assertThat(StoreContents.of(store)).isEqualTo(before);
    assertThat(applier.featureLevel()).isEqualTo(FeatureLevels.FIRST);
  }

  private void makeAccounts(int count) {
    Commands.accounts(count).forEach(this::apply);
  }

  private CommandResult apply(Command command) {
    return applier.apply(command, new Applied(1, ++index));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void putsAndDeletes() {
    makeAccounts(1);
    assertThat(apply(session(1, ACCOUNT, 1, put(1, "a", "1"), put(2, "b", "2"))))
        .containsExactly(APPLIED, APPLIED);
    assertThat(value("a")).contains("1");
    assertThat(value("b")).contains("2");
    assertThat(apply(session(1, ACCOUNT, 1, delete(3, "a"), delete(4, "never-there"))))
        .containsExactly(APPLIED, APPLIED);
    assertThat(value("a")).isEmpty();
    assertThat(value("b")).contains("2");
    assertThat(store.applied()).isEqualTo(new Applied(1, index));
  }

  @Test
  void writesOfOneEntryTakeEffectInItsOrder() {
    makeAccounts(1);
    apply(
        session(1, ACCOUNT, 1, put(1, "a", "first"), delete(2, "a"), put(3, "a", "third")),
        session(2, ACCOUNT, 1, put(1, "a", "of the second session"), put(2, "b", "1")),
        session(1, ACCOUNT, 1, delete(4, "b")));
    assertThat(value("a")).contains("of the second session");
    assertThat(value("b")).isEmpty();
  }

  @Test
  void checksAreCountedFromTheFirstEntryAndRemembered() {
    assertThat(applier.lastCheckMs()).isEmpty();
    makeAccounts(1);
    assertThat(applier.lastCheckMs()).hasValue(NOW);
    apply(command(NOW + 1, session(1, ACCOUNT, 1, put(1, "a", "1"))));
    assertThat(applier.lastCheckMs()).hasValue(NOW);
    assertThat(apply(startCheck(NOW + 2)).getDone().getId()).isEqualTo(index);
    apply(compareCheck(index, ByteString.EMPTY, "n1"));
    assertThat(applier.lastCheckMs()).hasValue(NOW + 2);
    restart();
    assertThat(applier.lastCheckMs()).hasValue(NOW + 2);
  }

  @Test
  void accountsDoNotMeet() {
    makeAccounts(3);
    apply(
        session(1, 1, 1, put(1, "a", "of 1")),
        session(2, 2, 1, put(1, "a", "of 2")),
        session(3, 3, 1, put(1, "a", "of 3")));
    apply(session(2, 2, 1, delete(2, "a")));
    assertThat(store.get(1, "a")).isEqualTo("of 1".getBytes(UTF_8));
    assertThat(store.get(2, "a")).isNull();
    assertThat(store.get(3, "a")).isEqualTo("of 3".getBytes(UTF_8));
  }

  @Test
  void aWriteSentTwiceIsAppliedOnce() {
    makeAccounts(1);
    apply(session(1, ACCOUNT, 1, put(1, "a", "old")));
    apply(session(2, ACCOUNT, 1, put(1, "a", "new")));
    assertThat(apply(session(1, ACCOUNT, 1, put(1, "a", "old")))).containsExactly(APPLIED);
    assertThat(value("a")).contains("new");
  }

  @Test
  void aWriteThatStandsTwiceInOneEntryIsAppliedOnce() {
    makeAccounts(1);
    Write write = put(1, "a", "old");
    assertThat(
            apply(
                session(1, ACCOUNT, 1, write, put(2, "a", "new"), write),
                session(1, ACCOUNT, 1, write)))
        .containsExactly(APPLIED, APPLIED, APPLIED, APPLIED);
    assertThat(value("a")).contains("new");
  }

  @Test
  void aWriteIsDroppedOnceItsClientNoLongerWaitsForIt() {
    makeAccounts(1);
    apply(session(1, ACCOUNT, 5, put(5, "a", "kept")));
    assertThat(apply(session(1, ACCOUNT, 1, put(4, "a", "late"), put(6, "b", "1"))))
        .containsExactly(DROPPED, APPLIED);
    assertThat(value("a")).contains("kept");
  }

  @Test
  void aReplicaThatStartsAnewKnowsWhatItHasApplied() {
    makeAccounts(1);
    apply(session(1, ACCOUNT, 1, put(1, "a", "old")));
    apply(session(2, ACCOUNT, 1, put(1, "a", "new")));
    restart();
    assertThat(apply(session(1, ACCOUNT, 1, put(1, "a", "old")))).containsExactly(APPLIED);
    assertThat(value("a")).contains("new");
  }

  @Test
  void aSessionRemembersItsPlaceInTheEntryThatItWasLastActiveIn() {
    apply(session(5, ACCOUNT, 1, put(1, "a", "1")), session(4, ACCOUNT, 1, put(1, "b", "1")));
    List<Integer> places = new ArrayList<>();
    store.forEachSession((id, row) -> places.add(ByteBuffer.wrap(row).getInt(16)));
    assertThat(places).as("of session 4, of session 5").containsExactly(1, 0);
  }

  @Test
  void anEntryWithoutWritesIsApplied() {
    assertThat(apply()).isEmpty();
    assertThat(apply(session(1, ACCOUNT, 1))).isEmpty();
    assertThat(store.applied()).isEqualTo(new Applied(1, 2));
  }

  @Test
  void whatItDoesNotKnowChangesNothing() {
    SortedMap<String, String> before = StoreContents.of(store);
    assertThatExceptionOfType(UnknownCommandException.class)
        .isThrownBy(() -> applier.apply(Command.getDefaultInstance(), new Applied(1, 1)))
        .withMessage("log entry 1 holds no operation that this version knows");
    Write unknownChange = Write.newBuilder().setSequence(2).setKey("b").build();
    assertThatExceptionOfType(UnknownCommandException.class)
        .isThrownBy(() -> apply(session(1, ACCOUNT, 1, put(1, "a", "1"), unknownChange)));
    assertThat(StoreContents.of(store)).isEqualTo(before);
  }

  @Test
  void aMalformedWriteIsRefusedAndNotRemembered() {
    makeAccounts(1);
    SessionWrites noSession =
        session(1, ACCOUNT, 1, put(1, "a", "1"), delete(2, "a")).toBuilder()
            .setSessionId(ByteString.copyFrom(new byte[15]))
            .build();
    assertThat(apply(noSession, session(1, ACCOUNT, 1, put(1, "b", "1"))))
        .containsExactly(MALFORMED, MALFORMED, APPLIED);
    assertThat(
            apply(
                session(
                    1,
                    ACCOUNT,
                    1,
                    put(2, "", "1"),
                    put(2, "a b", "1"),
                    put(2, "k".repeat(Limits.MAX_KEY_BYTES + 1), "1"),
                    put(2, "a", "v".repeat(Limits.MAX_VALUE_BYTES + 1)),
                    delete(2, "\u00e9"),
                    put(2, "a", "right"))))
        .containsExactly(MALFORMED, MALFORMED, MALFORMED, MALFORMED, MALFORMED, APPLIED);
    assertThat(value("a")).contains("right");
    assertThat(store.scanKeys(ACCOUNT, "", "", 10, 1000).keys()).containsExactly("a", "b");
  }

  @Test
  void aReplicaThatCrashesRestartsAndIsRestoredHoldsTheSameAsOneThatDoesNot(@TempDir Path temp)
      throws IOException {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    RandomCommands commands = new RandomCommands(random);
    List<Command> log = new ArrayList<>();
    try (TroubledReplica troubled = new TroubledReplica(temp, log)) {
      for (int i = 0; i < 3_000; i++) {
        String what = "relaykv.test.seed=%d, entry %d".formatted(seed, i);
        Command command = commands.next();
        log.add(command);
        CommandResult result = applier.apply(command, new Applied(1L + i / 100, i));
        assertThat(troubled.applyNext()).as(what).isEqualTo(result);
        switch (random.nextInt(120)) {
          case 0 -> troubled.restart();
          case 1 -> troubled.crash();
          case 2 -> troubled.takeCheckpoint();
          case 3 -> troubled.restoreLastCheckpoint();
          default -> {}
        }
        troubled.catchUp();
        if (i % 100 == 99) {
          assertThat(StoreContents.of(troubled.store)).as(what).isEqualTo(StoreContents.of(store));
        }
      }
      assertThat(troubled.troubles).as("relaykv.test.seed=%d", seed).isGreaterThan(10);
    }
  }

  /** Applies the same log, with interruptions after which it goes on from what it still has. */
  private static final class TroubledReplica implements AutoCloseable {
    private final Path temp;
    private final List<Command> log;
    private KvStore store;
    private CommandApplier applier;
    private Path directory;
    private Optional<Path> checkpoint = Optional.empty();
    private int troubles;

    TroubledReplica(Path temp, List<Command> log) {
      this.temp = temp;
      this.log = log;
      this.directory = temp.resolve("db");
      openStore();
    }

    private void openStore() {
      store = KvStore.open(directory);
      applier = new CommandApplier(store, AccessTable.load(store), FormerMembers.load(store));
    }

    CommandResult applyNext() {
      int next = (int) store.applied().index() + 1;
      return applier.apply(log.get(next), new Applied(1L + next / 100, next));
    }

    void catchUp() {
      while (store.applied().index() + 1 < log.size()) {
        applyNext();
      }
    }

    void restart() {
      troubles++;
      store.close();
      openStore();
    }

    void crash() throws IOException {
      troubles++;
      Path left = CrashedCopy.of(directory, temp.resolve("db" + troubles));
      store.close();
      directory = left;
      openStore();
    }

    void takeCheckpoint() {
      Path made = temp.resolve("checkpoint" + troubles++);
      store.checkpoint(store.applied(), made);
      checkpoint = Optional.of(made);
    }

    void restoreLastCheckpoint() throws IOException {
      if (checkpoint.isPresent()) {
        troubles++;
        store.close();
        Directories.cloneCheckpoint(checkpoint.get(), directory);
        openStore();
      }
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private List<WriteStatus> apply(SessionWrites... sessions) {
    return apply(command(NOW, sessions)).getWrites().getStatusesList();
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(store.get(ACCOUNT, key)).map(bytes -> new String(bytes, UTF_8));
  }
}
