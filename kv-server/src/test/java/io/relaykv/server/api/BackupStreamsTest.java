package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.Writes;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.raft.FakeLog;
import io.relaykv.server.raft.NotLeadingException;
import io.relaykv.statemachine.AppliedState;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.store.KvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BackupStreamsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final int PARTS = 4;

  private final MetricRegistry registry = new MetricRegistry();
  private AppliedState state;
  private BackupStreams streams;
  private CompletableFuture<Void> barrier = CompletableFuture.completedFuture(null);

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    state = new AppliedState(temp.resolve("db"));
    state.createAccount("shop");
    state.createApiKey("shop", new byte[32], true, true, 0);
    for (int i = 0; i < PARTS; i++) {
      write("large/" + i);
    }
    streams = newStreams(BackupStreams.PATIENCE);
  }

  private BackupStreams newStreams(Duration patience) {
    return new BackupStreams(
        "n1",
        state.live(),
        () -> barrier,
        () -> BackupHeader.newBuilder().setClusterName("prod").setNodeId("n1"),
        (what, cause) -> {
          throw new AssertionError(what, cause);
        },
        Clock.fixed(NOW, ZoneOffset.UTC),
        patience,
        new BackupMetrics(new MetricScope(registry, "n1")));
  }

  @AfterEach
  void close() {
    streams.close();
    state.close();
  }

  private void write(String key) {
    state.apply(
        Command.newBuilder()
            .setWrites(
                Writes.newBuilder()
                    .addSessions(
                        SessionWrites.newBuilder()
                            .setSessionId(ByteString.copyFrom(new byte[16]))
                            .setAccountId(1)
                            .setApiKeyId(1)
                            .addWrites(
                                Write.newBuilder()
                                    .setSequence(state.live().with(KvStore::applied).index())
                                    .setKey(key)
                                    .setPut(ByteString.copyFromUtf8("1".repeat(1_000_000))))))
            .build());
  }

  @Test
  void sendsHeaderAndRowsAndLeavesTheEndToTheCaller() throws Exception {
    long index = state.live().with(KvStore::applied).index();
    Reader reader = new Reader(true);
    BackupPart end = streams.send(reader).get();

    assertThat(reader.parts.get(0).getHeader())
        .isEqualTo(
            BackupHeader.newBuilder()
                .setFormatVersion(1)
                .setClusterName("prod")
                .setNodeId("n1")
                .setCreatedAtMs(NOW.toEpochMilli())
                .setTerm(1)
                .setAppliedIndex(index)
                .setLastAccountId(1)
                .setLastApiKeyId(1)
                .setEstimatedKeys(PARTS)
                .build());
    assertThat(reader.parts.subList(1, reader.parts.size()))
        .hasSize(PARTS)
        .allMatch(BackupPart::hasRows);
    assertThat(end.getEnd().getCounts())
        .isEqualTo(
            BackupCounts.newBuilder()
                .setAccounts(1)
                .setApiKeys(1)
                .setKeys(PARTS)
                .setDataBytes(PARTS * (1_000_000L + "large/0".length()))
                .build());
    assertThatNothingIsHeld();
  }

  @Test
  void readsNoFurtherThanTheNetworkTakes() throws Exception {
    Reader reader = new Reader(false);
    CompletableFuture<BackupPart> end = streams.send(reader);
    await("the header").until(() -> reader.count() == 1);
    for (int part = 1; part <= PARTS; part++) {
      int expected = 1 + part;
      reader.takeOne();
      await("part " + part).until(() -> reader.count() == expected);
      write("later/" + part);
    }
    assertThat(end).isNotDone();
    reader.takeOne();
    assertThat(end.get().getEnd().getCounts().getKeys()).isEqualTo(PARTS);
  }

  @Test
  void aReaderThatStallsIsEndedAndTheMomentLetGo() {
    streams.close();
    streams = newStreams(Duration.ofMillis(200));
    Reader reader = new Reader(false);
    CompletableFuture<BackupPart> end = streams.send(reader);
    assertThat(failureOf(end))
        .isInstanceOf(CallRefusedException.class)
        .hasMessageContaining("its reader has not taken the next part for");
    assertThatNothingIsHeld();
    assertThat(reader.count()).isEqualTo(1);
  }

  @Test
  void aReaderThatGoesLetsGoOfTheMoment() {
    Reader reader = new Reader(false);
    CompletableFuture<BackupPart> end = streams.send(reader);
    await("the header").until(() -> reader.count() == 1);
    assertThat(state.live().with(KvStore::frozen)).isEqualTo(1);
    reader.go();
    assertThat(failureOf(end)).hasMessage("the reader of the backup has gone");
    assertThatNothingIsHeld();
  }

  @Test
  void thereAreTwoAtMost() throws Exception {
    Reader first = new Reader(false);
    Reader second = new Reader(false);
    Reader third = new Reader(true);
    CompletableFuture<BackupPart> firstEnd = streams.send(first);
    var unused = streams.send(second);
    assertThat(failureOf(streams.send(third)))
        .isInstanceOf(CallRefusedException.class)
        .hasMessageContaining("2 backups are under way on this node");
    assertThat(third.count()).isZero();
    first.go();
    assertThat(failureOf(firstEnd)).isNotNull();
    await("a place").until(() -> streams.underWay() == 1);
    assertThat(streams.send(third).get().hasEnd()).isTrue();
  }

  @Test
  void aNodeThatDoesNotLeadSendsNothing() {
    barrier = CompletableFuture.failedFuture(FakeLog.notLeading());
    Reader reader = new Reader(true);
    assertThat(failureOf(streams.send(reader))).isInstanceOf(NotLeadingException.class);
    assertThat(reader.count()).isZero();
    assertThatNothingIsHeld();
  }

  @Test
  void whoHasGoneBeforeTheBarrierIsSentNothing() {
    barrier = new CompletableFuture<>();
    Reader reader = new Reader(true);
    CompletableFuture<BackupPart> end = streams.send(reader);
    reader.go();
    assertThat(failureOf(end)).hasMessage("the reader of the backup has gone");
    barrier.complete(null);
    assertThatNothingIsHeld();
    assertThat(reader.count()).isZero();
  }

  @Test
  void endsWhenTheStoreIsClosed() {
    Reader reader = new Reader(false);
    CompletableFuture<BackupPart> end = streams.send(reader);
    await("the header").until(() -> reader.count() == 1);
    state.live().with(store -> true);
    state.close();
    reader.takeOne();
    assertThat(failureOf(end)).isInstanceOf(StoreUnavailableException.class);
    assertThat(streams.underWay()).isZero();
  }

  @Test
  void aBackupCountsOnceAllOfItHasLeft() throws Exception {
    assertThat(shown("relaykv_backup_sent_timestamp_seconds")).isEqualTo(0.0);
    long index = state.live().with(KvStore::applied).index();
    Reader reader = new Reader(true);
    BackupPart end = streams.send(reader).get();
    assertThat(counted("sent")).as("the end is still on its way").isZero();

    reader.hasAll();
    await("the count").until(() -> counted("sent") == 1);
    assertThat(counted("broken_off")).isZero();
    assertThat(shown("relaykv_backup_sent_timestamp_seconds"))
        .isEqualTo(NOW.toEpochMilli() / 1000.0);
    assertThat(shown("relaykv_backup_sent_index")).isEqualTo(index);
    assertThat(shown("relaykv_backup_sent_bytes"))
        .isEqualTo(
            reader.parts.stream().mapToLong(BackupPart::getSerializedSize).sum()
                + end.getSerializedSize());
    assertThat((double) shown("relaykv_backup_sent_duration_seconds")).isBetween(1e-6, 60.0);
  }

  @Test
  void whoGoesBeforeTheEndHasArrivedHasNoBackup() throws Exception {
    Reader half = new Reader(false);
    var unused = streams.send(half);
    await("the header").until(() -> half.count() == 1);
    half.go();
    await("the count").until(() -> counted("broken_off") == 1);

    Reader late = new Reader(true);
    assertThat(streams.send(late).get().hasEnd()).isTrue();
    late.go();
    await("the count").until(() -> counted("broken_off") == 2);
    assertThat(counted("sent")).isZero();
    assertThat(shown("relaykv_backup_sent_timestamp_seconds")).isEqualTo(0.0);
  }

  @Test
  void whatWasNotBegunDoesNotCount() {
    barrier = CompletableFuture.failedFuture(FakeLog.notLeading());
    assertThat(failureOf(streams.send(new Reader(true)))).isNotNull();
    assertThatNothingIsHeld();
    assertThat(counted("broken_off")).isZero();
  }

  private long counted(String outcome) {
    return registry.counter("relaykv_backups{node=n1,outcome=%s}".formatted(outcome)).getCount();
  }

  private Object shown(String gauge) {
    return registry.gauge(gauge + "{node=n1}").getValue();
  }

  private void assertThatNothingIsHeld() {
    await("the end").until(() -> streams.underWay() == 0);
    assertThat(state.live().with(KvStore::frozen)).isZero();
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    try {
      throw new AssertionError(future.get(20, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The client's end: takes everything, or one part after the other as the test says. */
  private static final class Reader extends ServerCallStreamObserver<BackupPart> {
    private final List<BackupPart> parts = new ArrayList<>();
    private final boolean takesAll;
    private int room;
    private volatile Runnable onReady = () -> {};
    private volatile Runnable onCancel = () -> {};
    private volatile Runnable onClose = () -> {};

    Reader(boolean takesAll) {
      this.takesAll = takesAll;
    }

    synchronized int count() {
      return parts.size();
    }

    void takeOne() {
      synchronized (this) {
        room++;
      }
      onReady.run();
    }

    void go() {
      onCancel.run();
    }

    /** All has been sent. */
    void hasAll() {
      onClose.run();
    }

    @Override
    public synchronized void onNext(BackupPart part) {
      parts.add(part);
      if (part.hasRows()) {
        room--;
      }
    }

    @Override
    public synchronized boolean isReady() {
      return takesAll || room > 0;
    }

    @Override
    public void setOnReadyHandler(@Nullable Runnable handler) {
      if (handler != null) {
        onReady = handler;
      }
    }

    @Override
    public void setOnCancelHandler(@Nullable Runnable handler) {
      if (handler != null) {
        onCancel = handler;
      }
    }

    @Override
    public void setOnCloseHandler(Runnable handler) {
      onClose = handler;
    }

    @Override
    public void onError(Throwable cause) {
      throw new AssertionError("left to the caller", cause);
    }

    @Override
    public void onCompleted() {
      throw new AssertionError("left to the caller");
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void request(int count) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void setCompression(String compression) {}
  }
}
