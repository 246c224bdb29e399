package io.relaykv.statemachine.levels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.RaiseFeatureLevel;
import java.nio.charset.StandardCharsets;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class FeatureLevelsTest {
  private static LogEntryProto entry(byte[] logData) {
    return LogEntryProto.newBuilder()
        .setIndex(830)
        .setStateMachineLogEntry(
            StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(logData)))
        .build();
  }

  private static LogEntryProto raisesTo(int level) {
    return entry(
        Command.newBuilder()
            .setLeaderTimeMs(1_700_000_000_000L)
            .setRaiseFeatureLevel(RaiseFeatureLevel.newBuilder().setLevel(level))
            .build()
            .toByteArray());
  }

  @Test
  void theLogIsReadUpToWhereItGoesBeyondWhatIsSupported() {
    int supported = FeatureLevels.supported();
    assertThatCode(() -> FeatureLevels.requireReadable(raisesTo(supported)))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(NodeTooOldException.class)
        .isThrownBy(() -> FeatureLevels.requireReadable(raisesTo(supported + 1)))
        .withMessage(
            "the log from entry 830 on has feature level %d, and this version of RelayKV supports none above %d: install the version that the other nodes run, and start this node again; its data stays as it is"
                .formatted(supported + 1, supported));
  }

  @Test
  void whatElseIsInAnEntryIsForOthersToJudge() {
    LogEntryProto members =
        LogEntryProto.newBuilder()
            .setConfigurationEntry(RaftConfigurationProto.getDefaultInstance())
            .build();
    assertThatCode(() -> FeatureLevels.requireReadable(members)).doesNotThrowAnyException();
    byte[] noCommand = "not a command at all".getBytes(StandardCharsets.US_ASCII);
    assertThatCode(() -> FeatureLevels.requireReadable(entry(noCommand)))
        .doesNotThrowAnyException();
  }

  /** Without it, the newest commands would be refused by clusters that are at their level. */
  @Test
  void everyCommandHasALevelThatThisVersionSupports() {
    for (FieldDescriptor operation : Command.getDescriptor().getOneofs().get(0).getFields()) {
      Command command =
          Command.newBuilder()
              .setField(operation, Command.newBuilder().newBuilderForField(operation).build())
              .build();
      assertThat(FeatureLevels.of(command))
          .as(operation.getName())
          .isBetween(FeatureLevels.FIRST, FeatureLevels.supported());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureLevels.of(Command.getDefaultInstance()));
  }
}
