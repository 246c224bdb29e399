package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.google.protobuf.ByteString;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeStatus;
import io.relaykv.protocol.v1.CheckProgress;
import io.relaykv.protocol.v1.StatusResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/** Which nodes an operator is told of, and which are asked. The scripted members are called m. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SurveyTest {
  private static final String NOBODY = "127.0.0.1:1";

  private static KvAdmin admin(String... nodes) {
    return KvAdmin.builder()
        .nodes(nodes)
        .apiKey(TestKeys.ADMIN_KEY)
        .requestTimeout(Duration.ofSeconds(5))
        .build();
  }

  private static ScriptedNode leader(String name) {
    return ScriptedNode.start(name)
        .sayingOfItself(status -> status.setRole(StatusResponse.Role.LEADER));
  }

  @Test
  void aNodeThatHasTwoAddressesCountsOnce() {
    try (ScriptedNode node = ScriptedNode.start("m");
        KvAdmin admin = admin("localhost:" + node.port(), node.address())) {
      assertThat(admin.status().nodes()).hasSize(1);

      node.knowingMembers(node.address());
      assertThat(admin.status().nodes())
          .as("by the address that the cluster names")
          .extracting(NodeStatus::clientAddress)
          .containsExactly(node.address());
    }
  }

  /** As from behind a forwarded port. */
  @Test
  void aMemberThatAnswersElsewhereIsNotCountedAsUnreachableToo() {
    try (ScriptedNode node =
            ScriptedNode.start("m")
                .knowingMembers(NOBODY)
                .sayingOfItself(
                    status ->
                        status.setCheck(
                            CheckProgress.newBuilder()
                                .setIndex(50)
                                .setDigest(ByteString.fromHex("ab"))));
        KvAdmin admin = admin(node.address())) {
      assertThat(admin.status().nodes()).singleElement().isInstanceOf(NodeStatus.Up.class);
      assertThat(admin.verify(known -> {}).nodes())
          .containsExactly(new NodeCheck.Hashed("m", node.address(), "ab"));
    }
  }

  @Test
  @Execution(CONCURRENT)
  void twoProcessesOfOneNameAreBothToldOf() {
    try (ScriptedNode one =
            ScriptedNode.start("n1").sayingOfItself(status -> status.setStartedAtMs(1));
        ScriptedNode other =
            ScriptedNode.start("n1").sayingOfItself(status -> status.setStartedAtMs(2));
        KvAdmin admin = admin(one.address(), other.address())) {
      assertThat(admin.status().nodes()).hasSize(2);
      assertThat(admin.verify(known -> {}).nodes()).hasSize(2);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aRemovedNodeThatIsGoneIsNotToldOf() {
    try (ScriptedNode leader = leader("m");
        KvAdmin admin = admin(leader.address(), NOBODY)) {
      leader.knowingMembers(leader.address());
      assertThat(admin.status().nodes()).singleElement().isInstanceOf(NodeStatus.Up.class);
      assertThat(admin.verify(known -> {}).nodes())
          .extracting(NodeCheck::clientAddress)
          .containsExactly(leader.address());
    }
  }

  @Test
  void theMembersAreFollowedWhenTheNodesOfTheListAreGone() {
    ScriptedNode first = ScriptedNode.start("n1");
    try (ScriptedNode leader = leader("m");
        KvAdmin admin = admin(first.address())) {
      first.knowingMembers(leader.address());
      leader.knowingMembers(leader.address());
      assertThat(admin.status().nodes()).hasSize(2);
      first.close();

      assertThat(admin.status().nodes())
          .extracting(NodeStatus::clientAddress)
          .containsExactly(leader.address());
      assertThat(admin.createAccount("shop", 0).id()).isEqualTo(7);
    }
  }
}
