package io.relaykv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.protocol.fuzz.BytesAsRandom;
import io.relaykv.protocol.fuzz.RandomMessages;
import io.relaykv.protocol.fuzz.SeededRun;
import io.relaykv.protocol.log.Command;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any bytes in a log entry are applied, or stop the node with {@link UnknownCommandException} or
 * {@link NodeTooOldException}.
 */
class KvStateMachineFuzzTest {
  private final RandomCommands commands = new RandomCommands(new Random(1));
  private TestNode node;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    node = TestNode.start(directory.resolve("node"), new ArrayList<>());
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
  }

  @Test
  void random() {
    SeededRun.of("decode", this::applyEntry);
  }

  @FuzzTest(maxDuration = "5m")
  void guided(byte[] input) {
    applyEntry(input);
  }

  private void applyEntry(byte[] input) {
    BytesAsRandom choices = new BytesAsRandom(input);
    byte[] logData =
        choices.nextInt(4) == 0
            ? choices.rest()
            : RandomMessages.damaged(commands.next(choices).toByteArray(), choices);
    TermIndex before = node.machine().getLastAppliedTermIndex();
    TransactionContext transaction =
        node.machine()
            .startTransaction(
                LogEntryProto.newBuilder()
                    .setTerm(1)
                    .setIndex(before.getIndex() + 1)
                    .setStateMachineLogEntry(
                        StateMachineLogEntryProto.newBuilder()
                            .setLogData(ByteString.copyFrom(logData)))
                    .build(),
                RaftPeerRole.FOLLOWER);
    if (isKnown(logData)) {
      node.apply(transaction);
      assertThat(node.machine().getLastAppliedTermIndex().getIndex())
          .isEqualTo(before.getIndex() + 1);
      assertThat(node.events.failures).isEmpty();
    } else {
      assertThatThrownBy(() -> node.apply(transaction))
          .isInstanceOfAny(UnknownCommandException.class, NodeTooOldException.class);
      assertThat(node.machine().getLastAppliedTermIndex()).isEqualTo(before);
      assertThat(node.events.failures).hasSize(1);
    }
    node.events.failures.clear();
    node.events.told.clear();
  }

  private static boolean isKnown(byte[] logData) {
    try {
      Command command = Command.parseFrom(logData);
      UnknownCommandException.throwIfUnknown(command, 0);
      return command.getRaiseFeatureLevel().getLevel() <= FeatureLevels.supported();
    } catch (InvalidProtocolBufferException | UnknownCommandException e) {
      return false;
    }
  }
}
