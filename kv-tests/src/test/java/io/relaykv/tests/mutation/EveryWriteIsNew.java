package io.relaykv.tests.mutation;

import io.relaykv.statemachine.sessions.Session;
import net.bytebuddy.asm.Advice;

/** Applies whatever comes, also for the second time. */
@SuppressWarnings("UnusedVariable") // the method returns what is assigned
final class EveryWriteIsNew {
  private EveryWriteIsNew() {}

  @Advice.OnMethodExit
  static void exit(@Advice.Return(readOnly = false) Session.Decision decision) {
    decision = Session.Decision.APPLY;
  }
}
