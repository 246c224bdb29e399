package io.relaykv.tests.mutation;

import io.relaykv.protocol.log.WriteStatus;
import net.bytebuddy.asm.Advice;

/** Lets an account write without counting. */
@SuppressWarnings("UnusedVariable") // the method returns what is assigned
final class NothingCounts {
  private NothingCounts() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
  static boolean enter() {
    return true;
  }

  @Advice.OnMethodExit
  static void exit(@Advice.Return(readOnly = false) WriteStatus status) {
    status = WriteStatus.APPLIED;
  }
}
