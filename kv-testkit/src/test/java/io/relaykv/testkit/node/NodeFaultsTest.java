package io.relaykv.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaykv.testkit.node.FaultCounters.Kind;
import io.relaykv.testkit.node.LogFailure.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What goes over the channel between test and node, there and back. */
class NodeFaultsTest {
  private static final Link LINK = new Link("n1", "n-2");

  @Test
  void allThatIsWrongComesBackFromItsText() {
    LinkTable links =
        LinkTable.NONE
            .withSeed(-7)
            .with(LINK, link -> link.withCut().withLoss(0.25))
            .with(
                new Link("n3", "n1"),
                link -> link.withDelay(Duration.ofNanos(123_456_789), Duration.ofMillis(5)));
    NodeFaults faults =
        NodeFaults.NONE
            .withLinks(links)
            .withClientsCut(true)
            .withLogFailure(
                new LogFailure(42, Operation.WRITE, true, "No space left on device, = > ;"))
            .withSlowFsync(Duration.ofMillis(300))
            .withClockOffset(Duration.ofDays(-3650));
    assertThat(NodeFaults.parse(faults.toText())).isEqualTo(faults);
    assertThat(faults.toText()).doesNotContain("\n");
  }

  @Test
  void nothingWrongComesBackFromItsText() {
    assertThat(NodeFaults.parse(NodeFaults.NONE.toText())).isEqualTo(NodeFaults.NONE);
  }

  @Test
  void countsComeBackFromTheirText() {
    FaultCounters counters = new FaultCounters();
    counters.add(Kind.LOST_PACKET, 3);
    assertThat(FaultCounters.parse(counters.toText()))
        .isEqualTo(counters.values())
        .containsEntry(Kind.LOST_PACKET, 3L)
        .containsEntry(Kind.CUT_MESSAGE, 0L);
  }

  @Test
  void aLinkThatIsMendedIsForgotten() {
    assertThat(LinkTable.NONE.with(LINK, LinkFault::withCut).with(LINK, link -> LinkFault.NONE))
        .isEqualTo(LinkTable.NONE);
  }

  @Test
  void aLinkThatLosesEverythingIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> LinkFault.NONE.withLoss(1));
    assertThatIllegalArgumentException().isThrownBy(() -> LinkFault.NONE.withLoss(Double.NaN));
  }
}
