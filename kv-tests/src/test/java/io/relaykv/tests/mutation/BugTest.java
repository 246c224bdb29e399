package io.relaykv.tests.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.client.KvException.Outcome;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.Writes;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.accounts.AccountCommands;
import io.relaykv.statemachine.accounts.WriteGate;
import io.relaykv.statemachine.sessions.SessionId;
import io.relaykv.statemachine.sessions.SessionTable;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bug is there once it has been put in, and what a probe says without it is right. */
class BugTest {
  /**
   * A probe, and what it says.
   *
   * @param right without the bug
   * @param wrong with it
   */
  private record Expected(Class<? extends Callable<String>> probe, String right, String wrong) {}

  private static Expected expected(Bug bug) {
    return switch (bug) {
      case RATIS_READS -> new Expected(ReadOfALonelyLeader.class, "waits", "passes");
      case RATIS_LINEARIZABLE_READS ->
          new Expected(ReadAtRatis.class, "DEFAULT, not asked", "LINEARIZABLE, asked");
      case LEASE_WITHOUT_PROMISE -> new Expected(VoteAfterAStart.class, "refused", "decided");
      case SESSIONS_OFF -> new Expected(Retry.class, "ALREADY_APPLIED", "APPLY");
      case SESSIONS_NOT_LOADED -> new Expected(LoadedSessions.class, "1", "0");
      case APPLIED_INDEX_BEFORE_DATA ->
          new Expected(CrashedDatabase.class, "-1, no value", "7, no value");
      case APPLIED_INDEX_AFTER_DATA ->
          new Expected(CrashedDatabase.class, "-1, no value", "-1, value");
      case ACK_BEFORE_COMMIT ->
          new Expected(AnswerWithoutAMajority.class, "none", "APPLIED, APPLIED");
      case INSTALL_KEEPS_OLD_DATABASE ->
          new Expected(InstalledDatabase.class, "null, new, new", "old, new, new");
      case ACCOUNT_PREFIX_DROPPED -> new Expected(ForeignKey.class, "null", "theirs");
      case SNAPSHOT_DIGEST_NOT_CHECKED ->
          new Expected(DamagedSnapshot.class, "DamagedSnapshotException", "passes");
      case QUOTA_NOT_COUNTED -> new Expected(TooLargeValue.class, "OVER_QUOTA", "APPLIED");
      case FSYNC_SKIPPED, TIMEOUT_REPORTED_AS_FAILURE ->
          throw new IllegalArgumentException(bug + " changes no class of a node");
    };
  }

  static Stream<Bug> bugsInNodes() {
    return Arrays.stream(Bug.values()).filter(bug -> !bug.changes().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("bugsInNodes")
  void codeDoesTheWrongThingOnceTheBugIsInIt(Bug bug, @TempDir Path directory) throws Exception {
    Expected expected = expected(bug);
    Path right = Files.createDirectory(directory.resolve("right"));
    Path wrong = Files.createDirectory(directory.resolve("wrong"));

    assertThat(ClassesWithBug.without(expected.probe(), right)).isEqualTo(expected.right());
    assertThat(ClassesWithBug.with(bug, expected.probe(), wrong)).isEqualTo(expected.wrong());
  }

  @Test
  void aClientWithTheBugTakesAnUnknownOutcomeForAFailure() {
    OutcomeUnknownException unknown = new OutcomeUnknownException("no answer", List.of());
    NotAllowedException refused = new NotAllowedException("not yours", List.of());

    assertThat(Bug.TIMEOUT_REPORTED_AS_FAILURE.reported(unknown).outcome())
        .isEqualTo(Outcome.NOT_APPLIED);
    assertThat(Bug.TIMEOUT_REPORTED_AS_FAILURE.reported(refused)).isSameAs(refused);
    assertThat(Bug.SESSIONS_OFF.reported(unknown)).isSameAs(unknown);
  }

  @Test
  void theTestkitIsToldToSkipFsyncs(@TempDir Path directory) {
    assertThat(Bug.FSYNC_SKIPPED.jvmArguments(directory))
        .containsExactly("-Drelaykv.testkit.skip-fsync=true");
    assertThat(Bug.TIMEOUT_REPORTED_AS_FAILURE.jvmArguments(directory)).isEmpty();
  }

  record ReadOfALonelyLeader(Path directory) implements Callable<String> {
    @Override
    public String call() throws Exception {
      return new FakeLeader().lease().barrier().isDone() ? "passes" : "waits";
    }
  }

  record ReadAtRatis(Path directory) implements Callable<String> {
    @Override
    public String call() throws Exception {
      RaftProperties properties = new RaftProperties();
      Hidden.callStatic("io.relaykv.server.raft.RatisProperties", "reads", properties);
      FakeLeader leader = new FakeLeader();
      CompletableFuture<Void> unused = leader.lease().barrier();
      return "%s, %s"
          .formatted(
              RaftServerConfigKeys.Read.option(properties),
              leader.requests == 0 ? "not asked" : "asked");
    }
  }

  record VoteAfterAStart(Path directory) implements Callable<String> {
    @Override
    public String call() throws Exception {
      LongSupplier clock = () -> 0;
      Object promise =
          Hidden.create(
              "io.relaykv.server.raft.VotePromise",
              Duration.ofSeconds(1),
              clock,
              Hidden.callStatic("io.relaykv.server.raft.LeaseMetrics", "of", "n1"));
      AtomicInteger decided = new AtomicInteger();
      Runnable ratis = decided::incrementAndGet;
      RequestVoteRequestProto request =
          RequestVoteRequestProto.newBuilder()
              .setServerRequest(
                  RaftRpcRequestProto.newBuilder()
                      .setRequestorId(RaftPeerId.valueOf("n2").toByteString()))
              .build();
      Object refusal = Hidden.call(promise, "vote", request, ratis);
      return refusal.equals(Optional.empty()) && decided.get() == 1 ? "decided" : "refused";
    }
  }

  record Retry(Path directory) implements Callable<String> {
    @Override
    public String call() throws Exception {
      try (KvStore store = KvStore.open(directory)) {
        var session = SessionTable.load(store).activate(new SessionId(1, 2, 3), 5, 0);
        session.applied(1);
        return session.decide(1).name();
      }
    }
  }

  record LoadedSessions(Path directory) implements Callable<String> {
    @Override
    public String call() {
      try (KvStore store = KvStore.open(directory)) {
        StoreBatch batch = store.newBatch();
        SessionTable sessions = SessionTable.load(store);
        sessions.save(sessions.activate(new SessionId(1, 2, 3), 5, 0), batch);
        batch.commit(new Applied(1, 5));
        return Integer.toString(SessionTable.load(store).size());
      }
    }
  }

  record CrashedDatabase(Path directory) implements Callable<String> {
    @Override
    public String call() throws IOException {
      Path crashed = Files.createDirectory(directory.resolve("crashed"));
      try (KvStore store = KvStore.open(directory.resolve("db"))) {
        put(store, 1, "k", "value", 7);
        for (String file : directory.resolve("db").toFile().list()) {
          Files.copy(directory.resolve("db").resolve(file), crashed.resolve(file));
        }
      }
      try (KvStore store = KvStore.open(crashed)) {
        return "%d, %s"
            .formatted(store.applied().index(), store.get(1, "k") == null ? "no value" : "value");
      }
    }
  }

  record AnswerWithoutAMajority(Path directory) implements Callable<String> {
    @Override
    public String call() throws Exception {
      FakeLeader leader = new FakeLeader();
      IntSupplier featureLevel = () -> 1;
      Object log =
          Hidden.create(
              "io.relaykv.server.raft.RatisLog", leader.division, leader.lease(), featureLevel);
      SessionWrites one = SessionWrites.newBuilder().addWrites(Write.newBuilder()).build();
      Command command =
          Command.newBuilder()
              .setWrites(Writes.newBuilder().addSessions(one).addSessions(one))
              .build();
      Object answer = Hidden.call(log, "append", command);
      CompletableFuture<?> result = (CompletableFuture<?>) answer;
      return result.isDone()
          ? ((CommandResult) result.join())
              .getWrites().getStatusesList().stream()
                  .map(Enum::name)
                  .collect(Collectors.joining(", "))
          : "none";
    }
  }

  record InstalledDatabase(Path directory) implements Callable<String> {
    @Override
    public String call() throws Exception {
      Path snapshot = directory.resolve("snapshot");
      Path target = directory.resolve("db");
      try (KvStore leaders = put(directory.resolve("leaders"), 1, "changed", "new", 9)) {
        put(leaders, 1, "added", "new", 10);
        leaders.checkpoint(new Applied(1, 10), snapshot);
      }
      try (KvStore old = put(target, 1, "deleted", "old", 1)) {
        put(old, 1, "changed", "old", 2);
      }
      Hidden.callStatic("io.relaykv.statemachine.Directories", "cloneCheckpoint", snapshot, target);
      try (KvStore installed = KvStore.open(target)) {
        return Stream.of("deleted", "changed", "added")
            .map(key -> text(installed.get(1, key)))
            .collect(Collectors.joining(", "));
      }
    }
  }

  record ForeignKey(Path directory) implements Callable<String> {
    @Override
    public String call() {
      try (KvStore store = put(directory, 1, "k", "theirs", 1)) {
        return text(store.get(2, "k"));
      }
    }
  }

  record DamagedSnapshot(Path directory) implements Callable<String> {
    @Override
    public String call() throws Exception {
      Path file = Files.writeString(directory.resolve("1.sst"), "whole");
      Object manifest =
          Hidden.callStatic(
              "io.relaykv.statemachine.SnapshotManifest",
              "describe",
              directory,
              new UUID(1, 2),
              new Applied(1, 1),
              Optional.empty());
      Files.writeString(file, "whale");
      try {
        Hidden.call(manifest, "checkContents", directory);
        return "passes";
      } catch (IOException e) {
        return e.getClass().getSimpleName();
      }
    }
  }

  record TooLargeValue(Path directory) implements Callable<String> {
    @Override
    public String call() {
      try (KvStore store = KvStore.open(directory)) {
        StoreBatch batch = store.newBatch();
        AccessTable table = AccessTable.load(store);
        new AccountCommands(table)
            .create(CreateAccount.newBuilder().setName("a").setMaxBytes(4).build(), 0, batch);
        Write large =
            Write.newBuilder().setKey("k").setPut(ByteString.copyFromUtf8("\"large\"")).build();
        return new WriteGate(table, store).count(1, large).name();
      }
    }
  }

  private static KvStore put(Path directory, long account, String key, String value, long index) {
    KvStore store = KvStore.open(directory);
    put(store, account, key, value, index);
    return store;
  }

  private static void put(KvStore store, long account, String key, String value, long index) {
    StoreBatch batch = store.newBatch();
    batch.put(account, key, value.getBytes(UTF_8));
    batch.commit(new Applied(1, index));
  }

  private static String text(byte @Nullable [] value) {
    return value == null ? "null" : new String(value, UTF_8);
  }
}
