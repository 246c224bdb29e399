package org.apache.ratis.server.impl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferAccessTest {
  @Test
  void aTransferThatCouldNotBeginIsEnded(@TempDir Path directory) throws IOException {
    RaftProperties properties = new RaftProperties();
    GrpcConfigKeys.Server.setPort(properties, 0);
    RaftServerConfigKeys.setStorageDir(properties, List.of(directory.toFile()));
    RaftPeer self = RaftPeer.newBuilder().setId("n1").setAddress("127.0.0.1:0").build();
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.randomId(), self);
    try (RaftServer server =
        RaftServer.newBuilder()
            .setServerId(self.getId())
            .setGroup(group)
            .setProperties(properties)
            .setStateMachine(new BaseStateMachine())
            .build()) {
      server.start();
      RaftServerImpl division = (RaftServerImpl) server.getDivision(group.getGroupId());
      TransferLeadership transfer = division.getTransferLeadership();

      transfer.start(toNobody());
      assertThat(transfer.isSteppingDown()).as("what Ratis leaves").isTrue();
      TransferAccess.end(division);
      assertThat(transfer.isSteppingDown()).isFalse();
      TransferAccess.end(division);
    }
  }

  /** To a follower of which nothing is known. */
  private static LogAppender toNobody() {
    return (LogAppender)
        Proxy.newProxyInstance(
            LogAppender.class.getClassLoader(),
            new Class<?>[] {LogAppender.class},
            (proxy, method, arguments) ->
                method.getName().equals("getFollowerId") ? RaftPeerId.valueOf("n2") : null);
  }
}
