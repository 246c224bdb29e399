package io.relaykv.statemachine;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;

/**
 * A log entry is no command, or one of a newer version: this node must stop before it, as it cannot
 * come to the state that the others come to.
 */
final class UnknownCommandException extends RuntimeException {
  UnknownCommandException(String message, Throwable cause) {
    super(message, cause);
  }

  private UnknownCommandException(String message) {
    super(message);
  }

  static void throwIfUnknown(Command command, long index) {
    if (command.getOpCase() == Command.OpCase.OP_NOT_SET) {
      throw new UnknownCommandException(
          "log entry %d holds no operation that this version knows".formatted(index));
    }
    for (SessionWrites writes : command.getWrites().getSessionsList()) {
      for (Write write : writes.getWritesList()) {
        if (write.getChangeCase() == Write.ChangeCase.CHANGE_NOT_SET) {
          throw new UnknownCommandException(
              "log entry %d holds a write that is no change that this version knows"
                  .formatted(index));
        }
      }
    }
  }
}
