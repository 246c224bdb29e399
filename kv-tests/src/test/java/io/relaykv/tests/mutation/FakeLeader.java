package io.relaykv.tests.mutation;

import io.relaykv.server.config.NodeConfig.ReadMode;
import io.relaykv.server.raft.LeaderLease;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;

/** A node of three that believes that it leads, and hears of nobody. */
final class FakeLeader {
  private static final RaftPeerId SELF = RaftPeerId.valueOf("n1");

  /** What it has been asked to append or to read; nothing comes of it. */
  int requests;

  final RaftServer.Division division =
      (RaftServer.Division)
          fake(
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "getId" -> SELF;
                    case "getInfo" -> info();
                    case "getRaftConf" -> configuration();
                    case "getMemberId" -> RaftGroupMemberId.valueOf(SELF, RaftGroupId.randomId());
                    case "submitClientRequestAsync" -> accepted();
                    default -> throw new UnsupportedOperationException(method.getName());
                  },
              RaftServer.Division.class,
              RaftClientAsynchronousProtocol.class);

  LeaderLease lease() throws Exception {
    LeaderLease lease = new LeaderLease("n1", ReadMode.LEASE, Duration.ofSeconds(1));
    Hidden.call(lease, "attach", division);
    return lease;
  }

  private CompletableFuture<Void> accepted() {
    requests++;
    return new CompletableFuture<>();
  }

  private static Object info() {
    return fake(
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getCurrentTerm" -> 7L;
              case "isLeader", "isLeaderReady" -> true;
              default -> throw new UnsupportedOperationException(method.getName());
            },
        DivisionInfo.class);
  }

  private static Object configuration() {
    return fake(
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getCurrentPeers" ->
                  Stream.of("n1", "n2", "n3")
                      .map(id -> RaftPeer.newBuilder().setId(id).build())
                      .toList();
              case "getPreviousPeers" -> List.of();
              default -> throw new UnsupportedOperationException(method.getName());
            },
        RaftConfiguration.class);
  }

  private static Object fake(InvocationHandler handler, Class<?>... types) {
    return Proxy.newProxyInstance(FakeLeader.class.getClassLoader(), types, handler);
  }
}
