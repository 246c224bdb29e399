package io.relaykv.server.config;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaykv.server.config.NodeConfig.Cluster;
import io.relaykv.server.config.NodeConfig.Disk;
import io.relaykv.server.config.NodeConfig.Limits;
import io.relaykv.server.config.NodeConfig.Listen;
import io.relaykv.server.config.NodeConfig.Peer;
import io.relaykv.server.config.NodeConfig.Raft;
import io.relaykv.server.config.NodeConfig.Snapshot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The records refuse in code what the loader refuses in a file. */
class NodeConfigTest {
  private static final HostPort A = HostPort.parse("127.0.0.1:1");
  private static final HostPort B = HostPort.parse("127.0.0.1:2");

  @Test
  void refusesValuesOutOfRange() {
    Duration second = Duration.ofSeconds(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Snapshot(1, 1 << 20, 1))
        .withMessage("`snapshot.retained` = 1 must be a whole number from 2 to 100");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Raft(second, second, 1 << 20, 0))
        .withMessageContaining("must be less than `raft.election-timeout-max` = 1s");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(2, 1 << 20, 1, 1 << 20, 1, 1 << 20, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Listen(HostPort.parse("127.0.0.1:0"), A, B, List.of()))
        .withMessageStartingWith(
            "`listen.client` = \"127.0.0.1:0\" must be an address with a port");
  }

  @Test
  void refusesLimitsOfTheDiskThatDoNotRise() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Disk(2 << 20, 1 << 20, 3 << 20))
        .withMessage("`disk.free-min` = 2MiB must be at most `disk.stop-writes` = 1MiB");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Disk(1 << 20, 1 << 20, 1 << 20))
        .withMessage("`disk.resume-writes` = 1MiB must be more than `disk.stop-writes` = 1MiB");
  }

  @Test
  void refusesPeersThatCollide() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Cluster("c", List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Cluster("c", List.of(new Peer("n1", A, A))))
        .withMessageContaining("address 127.0.0.1:1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Peer("n1", A, HostPort.parse("127.0.0.1:0")));
  }
}
