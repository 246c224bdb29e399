package io.relaykv.tests.mutation;

import java.util.Optional;
import net.bytebuddy.asm.Advice;

/** Leaves every vote to Ratis at once. */
@SuppressWarnings("UnusedVariable") // the method returns what is assigned
final class VotesInSpiteOfPromises {
  private VotesInSpiteOfPromises() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
  static boolean enter(@Advice.Argument(1) Runnable ratis) {
    ratis.run();
    return true;
  }

  @Advice.OnMethodExit
  static void exit(@Advice.Return(readOnly = false) Optional<String> refusal) {
    refusal = Optional.empty();
  }
}
