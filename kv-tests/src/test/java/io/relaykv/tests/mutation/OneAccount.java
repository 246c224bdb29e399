package io.relaykv.tests.mutation;

import net.bytebuddy.asm.Advice;

/** Puts the keys of all accounts in one place. */
@SuppressWarnings("UnusedVariable") // the method goes on with what is assigned
final class OneAccount {
  private OneAccount() {}

  @Advice.OnMethodEnter
  static void enter(@Advice.Argument(value = 0, readOnly = false) long accountId) {
    accountId = 0;
  }
}
