package io.relaykv.tests.mutation;

import io.relaykv.server.raft.LeaderLease;
import java.util.concurrent.CompletableFuture;
import net.bytebuddy.asm.Advice;

/** Lets reads pass whenever this node believes that it leads. */
@SuppressWarnings("UnusedVariable") // the method returns what is assigned
final class ReadsWithoutBarrier {
  private ReadsWithoutBarrier() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
  static boolean enter(@Advice.This LeaderLease lease) {
    return lease.leadsAsFarAsKnown();
  }

  @Advice.OnMethodExit
  static void exit(
      @Advice.Enter boolean leads,
      @Advice.Return(readOnly = false) CompletableFuture<Void> barrier) {
    if (leads) {
      barrier = CompletableFuture.completedFuture(null);
    }
  }
}
