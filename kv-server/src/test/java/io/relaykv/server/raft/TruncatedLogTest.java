package io.relaykv.server.raft;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.statemachine.LogTruncations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.MetadataProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Ratis' own log says of its disk when its thread is held up. */
@Timeout(60)
class TruncatedLogTest {
  private final LogTruncations truncations = new LogTruncations();
  private final CountDownLatch diskGoesOn = new CountDownLatch(1);

  @TempDir private Path directory;
  private RaftStorage storage;
  private SegmentedRaftLog log;

  @BeforeEach
  void open() throws IOException {
    storage =
        RaftStorage.newBuilder()
            .setDirectory(directory.toFile())
            .setStorageFreeSpaceMin(SizeInBytes.valueOf(0))
            .setOption(RaftStorage.StartupOption.FORMAT)
            .build();
    storage.initialize();
    log =
        SegmentedRaftLog.newBuilder()
            .setMemberId(
                RaftGroupMemberId.valueOf(RaftPeerId.valueOf("n1"), RaftGroupId.randomId()))
            .setStateMachine(
                new BaseStateMachine() {
                  @Override
                  public DataApi data() {
                    return new OnASlowDisk();
                  }
                })
            .setNotifyTruncatedLogEntry(entry -> {})
            .setGetTransactionContext((entry, create) -> null)
            .setSubmitUpdateCommitEvent(() -> {})
            .setStorage(storage)
            .setProperties(new RaftProperties())
            .build();
    log.open(RaftLog.INVALID_LOG_INDEX, entry -> {});
  }

  @AfterEach
  void close() throws IOException {
    diskGoesOn.countDown();
    log.close();
    storage.close();
  }

  /** A truncation takes long. */
  private final class OnASlowDisk implements StateMachine.DataApi {
    @Override
    public CompletableFuture<Void> truncate(long index) {
      CompletableFuture<Void> carried = truncations.truncate(index);
      return new CompletableFuture<>() {
        @Override
        public Void get() throws InterruptedException, ExecutionException {
          diskGoesOn.await();
          return carried.get();
        }
      };
    }

    @Override
    public CompletableFuture<Void> flush(long index) {
      return truncations.flush(index);
    }
  }

  @Test
  void whatWaitsToBeCutOffIsNotTakenForWhatTookItsPlace() {
    append(1, 0, 9);
    await().until(() -> log.getFlushIndex() == 9);
    assertThat(truncations.isNone()).isTrue();

    append(2, 5, 7);

    assertThat(log.getLastEntryTermIndex()).isEqualTo(TermIndex.valueOf(2, 7));
    assertThat(log.getFlushIndex()).as("what Ratis says of its disk").isEqualTo(9);
    assertThat(truncations.atMost(log::getFlushIndex)).isEqualTo(4);

    append(3, 3, 8);
    assertThat(truncations.atMost(log::getFlushIndex)).isEqualTo(2);

    diskGoesOn.countDown();
    await().atMost(10, SECONDS).until(() -> log.getFlushIndex() == 8);
    assertThat(truncations.isNone()).isTrue();
  }

  /** As a leader of that term sends them. */
  private void append(long term, long first, long last) {
    List<LogEntryProto> entries =
        LongStream.rangeClosed(first, last)
            .mapToObj(
                index ->
                    LogEntryProto.newBuilder()
                        .setTerm(term)
                        .setIndex(index)
                        .setMetadataEntry(MetadataProto.newBuilder().setCommitIndex(0))
                        .build())
            .toList();
    var unused = log.append(entries);
  }
}
