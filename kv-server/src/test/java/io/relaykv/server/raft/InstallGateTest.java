package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstallGateTest {
  @Test
  void isSettledWhenAllOfTheLogIsOnDisk() {
    assertThat(InstallGate.isSettled(log(120L, 100, 120))).isTrue();
    assertThat(InstallGate.isSettled(log(120L, 100, 119))).isFalse();
  }

  @Test
  void isNotSettledWhileEntriesWaitToBeCutOff() {
    assertThat(InstallGate.isSettled(log(160L, 100, 200))).isFalse();
  }

  @Test
  void isSettledWithoutEntriesBehindTheSnapshot() {
    assertThat(InstallGate.isSettled(log(null, 100, 100))).isTrue();
    assertThat(InstallGate.isSettled(log(90L, 100, 100))).isTrue();
    assertThat(InstallGate.isSettled(log(null, -1, -1))).as("an empty one").isTrue();
  }

  @Test
  void theEndOfASnapshotWaitsUntilTheOneBeforeIsLoaded() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean loading = new AtomicBoolean(true);
    InstallGate gate = new InstallGate();
    gate.attach(
        division(log(null, 100, 100)),
        () -> {
          asked.incrementAndGet();
          return loading.get();
        });
    List<InstallSnapshotRequestProto> passed = new CopyOnWriteArrayList<>();
    ServerCall.Listener<InstallSnapshotRequestProto> listener =
        gate.before(
            new NoCall(),
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

  private static RaftServer.Division division(RaftLog log) {
    return (RaftServer.Division)
        Proxy.newProxyInstance(
            RaftServer.Division.class.getClassLoader(),
            new Class<?>[] {RaftServer.Division.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("getRaftLog");
              return log;
            });
  }

  private static final class NoCall extends ServerCall<InstallSnapshotRequestProto, Object> {
    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Object message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<InstallSnapshotRequestProto, Object> getMethodDescriptor() {
      throw new UnsupportedOperationException();
    }
  }

  private static RaftLog log(@Nullable Long last, long snapshot, long flushed) {
    Map<String, @Nullable Object> answers = new HashMap<>();
    answers.put("getLastEntryTermIndex", last == null ? null : TermIndex.valueOf(1, last));
    answers.put("getSnapshotIndex", snapshot);
    answers.put("getFlushIndex", flushed);
    return (RaftLog)
        Proxy.newProxyInstance(
            RaftLog.class.getClassLoader(),
            new Class<?>[] {RaftLog.class},
            (proxy, method, arguments) -> {
              if (!answers.containsKey(method.getName())) {
                throw new UnsupportedOperationException(method.getName());
              }
              return answers.get(method.getName());
            });
  }
}
