package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.junit.jupiter.api.Test;

class InstallGateTest {
  @Test
  void isSettledWhenAllOfTheLogIsOnDisk() {
    assertThat(InstallGate.isSettled(FakeRaftLog.of(120L, 100, 120))).isTrue();
    assertThat(InstallGate.isSettled(FakeRaftLog.of(120L, 100, 119))).isFalse();
  }

  @Test
  void isNotSettledWhileEntriesWaitToBeCutOff() {
    assertThat(InstallGate.isSettled(FakeRaftLog.of(160L, 100, 200))).isFalse();
  }

  @Test
  void isSettledWithoutEntriesBehindTheSnapshot() {
    assertThat(InstallGate.isSettled(FakeRaftLog.of(null, 100, 100))).isTrue();
    assertThat(InstallGate.isSettled(FakeRaftLog.of(90L, 100, 100))).isTrue();
    assertThat(InstallGate.isSettled(FakeRaftLog.of(null, -1, -1))).as("an empty one").isTrue();
  }

  @Test
  void aLogThatIsClosedNeverSettles() {
    assertThat(InstallGate.isSettled(FakeRaftLog.closed())).isFalse();
  }

  @Test
  void theEndOfASnapshotWaitsUntilTheOneBeforeIsLoaded() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean loading = new AtomicBoolean(true);
    InstallGate gate = new InstallGate();
    gate.attach(
        FakeRaftLog.division(FakeRaftLog.of(null, 100, 100)),
        () -> {
          asked.incrementAndGet();
          return loading.get();
        });
    List<InstallSnapshotRequestProto> passed = new CopyOnWriteArrayList<>();
    ServerCall.Listener<InstallSnapshotRequestProto> listener =
        gate.before(
            FakePeerCall.installSnapshot(),
            new ServerCall.Listener<>() {
              @Override
              public void onMessage(InstallSnapshotRequestProto chunk) {
                passed.add(chunk);
              }
            });

    listener.onMessage(chunk(false));
    CompletableFuture<Void> end = CompletableFuture.runAsync(() -> listener.onMessage(chunk(true)));
    await("it to wait").until(() -> asked.get() > 3);
    assertThat(passed).containsExactly(chunk(false));
    loading.set(false);
    end.get(10, TimeUnit.SECONDS);
    assertThat(passed).containsExactly(chunk(false), chunk(true));
  }

  private static InstallSnapshotRequestProto chunk(boolean last) {
    return InstallSnapshotRequestProto.newBuilder()
        .setSnapshotChunk(SnapshotChunkProto.newBuilder().setDone(last))
        .build();
  }
}
