package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
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
