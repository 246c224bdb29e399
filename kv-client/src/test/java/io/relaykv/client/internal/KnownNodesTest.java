package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.NodeAddress;
import io.relaykv.protocol.v1.Member;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnownNodesTest {
  private static final NodeAddress NAMED = NodeAddress.parse("kv1:7400");

  private final KnownNodes known =
      new KnownNodes(List.of(NAMED), address -> !address.toString().startsWith("plain"));

  private List<String> afterLearning(String... addresses) {
    known.learn(
        Arrays.stream(addresses)
            .map(address -> Member.newBuilder().setClientAddress(address).build())
            .toList());
    return known.all().stream().map(NodeAddress::toString).toList();
  }

  @Test
  void keepsTheNamedOnesAndTheLastMembers() {
    assertThat(afterLearning("kv1:7400", "kv2:7400")).containsExactly("kv1:7400", "kv2:7400");
    assertThat(afterLearning("kv3:7400")).containsExactly("kv1:7400", "kv3:7400");
    assertThat(afterLearning()).containsExactly("kv1:7400", "kv3:7400");
  }

  @Test
  void leavesOutWhereNothingMayBeSent() {
    assertThat(afterLearning("plain:7400", "not an address", "", "kv2:7400", "kv2:7400"))
        .containsExactly("kv1:7400", "kv2:7400");
  }

  @Test
  void believesInNoMoreThanACluster() {
    String[] crowd = IntStream.range(0, 1000).mapToObj(i -> "x" + i + ":1").toArray(String[]::new);
    assertThat(afterLearning(crowd)).hasSize(65);
  }
}
