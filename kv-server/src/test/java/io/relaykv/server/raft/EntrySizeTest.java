package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.Write;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.server.raftlog.LogProtoUtils;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.junit.jupiter.api.Test;

/** A log entry that Ratis finds too large deposes the leader: ours must never come near it. */
class EntrySizeTest {
  /** What is around the writes: the command, Ratis' entry. */
  private static final int AROUND_ENTRY_BYTES = 256;

  private static final int MOST_OPS = 10_000;

  private final List<Command> commands = new ArrayList<>();

  @Test
  void manySessionsWithOneWriteEachFitIntoTheLargestEntry() {
    int each = WriteBatcher.MAX_ENTRY_BYTES / MOST_OPS;
    int valueBytes = each - new PendingWrite(new Session(0), 0, write(1, 0), 0).sizeBytes() - 1;
    List<PendingWrite> writes =
        IntStream.range(0, 2 * MOST_OPS)
            .mapToObj(i -> new PendingWrite(new Session(i), i, write(1, valueBytes), 0))
            .toList();

    batcher().submit(writes);

    assertThat(commands.get(0).getWrites().getSessionsCount()).isEqualTo(MOST_OPS);
    assertThat(serializedInRatis(commands.get(0)))
        .isGreaterThan(WriteBatcher.MAX_ENTRY_BYTES * 9 / 10)
        .isLessThanOrEqualTo(WriteBatcher.MAX_ENTRY_BYTES + AROUND_ENTRY_BYTES);
  }

  @Test
  void theLargestWritesFitIntoTheLargestEntry() {
    PendingWrite largest =
        new PendingWrite(new Session(1), 1, write(Limits.MAX_KEY_BYTES, Limits.MAX_VALUE_BYTES), 0);
    PendingWrite rest =
        new PendingWrite(
            new Session(2),
            2,
            write(1, WriteBatcher.MAX_ENTRY_BYTES - largest.sizeBytes() - 100),
            0);

    batcher().submit(List.of(largest, rest, largest));

    assertThat(commands.get(0).getWrites().getSessionsCount()).isEqualTo(2);
    assertThat(serializedInRatis(commands.get(0)))
        .isLessThanOrEqualTo(WriteBatcher.MAX_ENTRY_BYTES + AROUND_ENTRY_BYTES);
  }

  @Test
  void noWriteCountsForLessThanItTakes() {
    for (int valueBytes : new int[] {0, 1, 127, 128, 16_383, 16_384, Limits.MAX_VALUE_BYTES}) {
      Write write = write(Limits.MAX_KEY_BYTES, valueBytes);
      commands.clear();
      PendingWrite pending = new PendingWrite(new Session(1), 1, write, 0);
      batcher().submit(List.of(pending));

      assertThat(commands.get(0).getWrites().getSerializedSize())
          .isLessThanOrEqualTo(pending.sizeBytes());
    }
  }

  @Test
  void theLargestEntryIsFarBelowTheLimitOfRatis() {
    assertThat(WriteBatcher.MAX_ENTRY_BYTES).isGreaterThan(PendingWrite.MAX_SIZE_BYTES);
    assertThat(WriteBatcher.MAX_ENTRY_BYTES + AROUND_ENTRY_BYTES)
        .isLessThan(RatisProperties.ENTRY_MAX.getSizeInt() * 3 / 4);
  }

  @Test
  void nothingLargerIsTaken() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new PendingWrite(
                    new Session(1),
                    1,
                    write(Limits.MAX_KEY_BYTES, Limits.MAX_VALUE_BYTES + 33),
                    0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WriteBatcher.Limits(1, WriteBatcher.MAX_ENTRY_BYTES + 1, 1, 1, 1, 1));
  }

  /** Two entries go to a log that never ends them; the first is the one that is looked at. */
  private WriteBatcher batcher() {
    return new WriteBatcher(
        command -> {
          commands.add(command);
          return new CompletableFuture<>();
        },
        Clock.fixed(Instant.ofEpochMilli(Long.MAX_VALUE), ZoneOffset.UTC),
        new WriteBatcher.Limits(
            MOST_OPS, WriteBatcher.MAX_ENTRY_BYTES, 1 << 20, 1L << 30, 1 << 20, 1L << 30),
        writes -> {});
  }

  /** As {@code RaftLogBase} measures it before it appends. */
  private static int serializedInRatis(Command command) {
    StateMachineLogEntryProto content =
        LogProtoUtils.toStateMachineLogEntryProto(
            ClientId.randomId(),
            Long.MAX_VALUE,
            StateMachineLogEntryProto.Type.WRITE,
            UnsafeByteOperations.unsafeWrap(command.toByteArray()),
            null);
    LogEntryProto entry = LogProtoUtils.toLogEntryProto(content, Long.MAX_VALUE, Long.MAX_VALUE);
    return entry.getSerializedSize();
  }

  private static Write write(int keyBytes, int valueBytes) {
    return Write.newBuilder()
        .setSequence(-1)
        .setKey("k".repeat(keyBytes))
        .setPut(ByteString.copyFrom(new byte[valueBytes]))
        .build();
  }

  /** A session all of whose numbers are as long as they can be. */
  private record Session(int number) implements WriteSource {
    @Override
    public ByteString sessionId() {
      return ByteString.copyFrom(ByteBuffer.allocate(Limits.SESSION_ID_BYTES).putInt(0, number));
    }

    @Override
    public long accountId() {
      return -1;
    }

    @Override
    public long apiKeyId() {
      return -1;
    }

    @Override
    public long lowestUnanswered() {
      return -1;
    }

    @Override
    public void completed(List<PendingWrite> writes, List<WriteOutcome> outcomes) {}
  }
}
