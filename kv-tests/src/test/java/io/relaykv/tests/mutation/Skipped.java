package io.relaykv.tests.mutation;

import net.bytebuddy.asm.Advice;

/** Leaves out all that a method does that returns nothing. */
final class Skipped {
  private Skipped() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
  static boolean enter() {
    return true;
  }
}
