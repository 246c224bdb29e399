package io.relaykv.tests.mutation;

import io.relaykv.server.raft.LeaderLease;
import io.relaykv.tests.fault.RatisReads;
import java.util.concurrent.CompletableFuture;
import net.bytebuddy.asm.Advice;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;

/** Lets reads pass when Ratis' own LINEARIZABLE option says that they may. */
final class ReadsByRatis {
  private ReadsByRatis() {}

  static final class Option {
    private Option() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) RaftProperties properties) {
      RaftServerConfigKeys.Read.setOption(
          properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    }
  }

  @SuppressWarnings("UnusedVariable") // the method returns what is assigned
  static final class Barrier {
    private Barrier() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.This LeaderLease lease) {
      return lease.leadsAsFarAsKnown();
    }

    @Advice.OnMethodExit
    static void exit(
        @Advice.Enter boolean leads,
        @Advice.FieldValue("division") RaftServer.Division division,
        @Advice.Return(readOnly = false) CompletableFuture<Void> barrier) {
      if (leads) {
        barrier = RatisReads.read(division);
      }
    }
  }
}
