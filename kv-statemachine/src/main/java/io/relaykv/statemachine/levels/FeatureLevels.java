package io.relaykv.statemachine.levels;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.RaiseFeatureLevel;
import java.io.IOException;
import java.util.OptionalInt;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.WireFormat;

/**
 * Which level of features this version supports, and which a command needs. A cluster is at one
 * level, in its replicated state; what needs a higher one is not written before an operator has
 * raised it, which cannot be undone (docs/adr/0022).
 *
 * <p>A version that adds a command, or a field that older versions must not pass over, adds a
 * level: to {@link #supported}, and to {@link #of} for the commands that need it.
 */
public final class FeatureLevels {
  /** Of every cluster whose state does not say another. */
  public static final int FIRST = 1;

  private FeatureLevels() {}

  /** The newest level whose log and state this version can read and write; it can all older. */
  public static int supported() {
    return FIRST;
  }

  /** The level that a cluster must have reached before such a command may stand in its log. */
  public static int of(Command command) {
    return switch (command.getOpCase()) {
      case WRITES,
          CREATE_ACCOUNT,
          DELETE_ACCOUNT,
          CREATE_API_KEY,
          SET_API_KEY_ENABLED,
          DELETE_API_KEY,
          START_CHECK,
          COMPARE_CHECK,
          RETIRE_MEMBER,
          BEGIN_RESTORE,
          RESTORE_ROWS,
          FINISH_RESTORE,
          RAISE_FEATURE_LEVEL ->
          FIRST;
      case OP_NOT_SET -> throw new IllegalArgumentException("a command without an operation");
    };
  }

  /**
   * Looks whether this version can read the log behind an entry. What older versions cannot read
   * stands behind an entry that says so.
   *
   * @throws NodeTooOldException if not
   */
  public static void requireReadable(LogEntryProto entry) {
    OptionalInt level =
        entry.hasStateMachineLogEntry()
            ? raisedBy(entry.getStateMachineLogEntry().getLogData())
            : OptionalInt.empty();
    if (level.isPresent()) {
      requireSupported(level.getAsInt(), "the log from entry %d on".formatted(entry.getIndex()));
    }
  }

  /**
   * Does not parse the command as a whole: a follower asks of every entry that it gets. One that is
   * no command at all is found when it is applied.
   */
  private static OptionalInt raisedBy(ByteString command) {
    CodedInputStream fields = command.newCodedInput();
    try {
      for (int tag = fields.readTag(); tag != 0; tag = fields.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == Command.RAISE_FEATURE_LEVEL_FIELD_NUMBER) {
          return OptionalInt.of(RaiseFeatureLevel.parseFrom(fields.readByteArray()).getLevel());
        }
        fields.skipField(tag);
      }
    } catch (IOException e) {
      return OptionalInt.empty();
    }
    return OptionalInt.empty();
  }

  /**
   * Looks whether this version can read something.
   *
   * @param what it is, for people
   * @throws NodeTooOldException if its level is too high
   */
  public static void requireSupported(int level, String what) {
    if (level > supported()) {
      throw new NodeTooOldException(what, level);
    }
  }
}
