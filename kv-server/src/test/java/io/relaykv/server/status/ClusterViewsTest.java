package io.relaykv.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.peer.NodeCard;
import io.relaykv.server.NodeSettings;
import io.relaykv.server.raft.FollowerProgress;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.NodeCards.Acquaintance;
import io.relaykv.server.status.NodeView.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node n1 in a cluster of three, with election timeouts of 200 to 400 ms. */
class ClusterViewsTest {
  private static final NodeCard OWN = card("n1", 100, 0);
  private static final Duration LONG = Duration.ofMillis(4001);

  @TempDir private Path directory;
  private final FakeKnowledge known = new FakeKnowledge();

  @Test
  void theLeaderSeesItsFollowers() {
    known.leads("n1");
    known.heard.put("n2", new Acquaintance(card("n2", 98, 2), Duration.ofMillis(700)));
    known.followers.put("n2", new FollowerProgress("n2", 99, Duration.ofMillis(30)));

    ClusterView view = view();

    assertThat(view.leads()).isTrue();
    assertThat(view.confirmed()).isTrue();
    NodeView second = view.nodes().get(1);
    assertThat(second.role()).isEqualTo(Role.FOLLOWER);
    assertThat(second.up()).isTrue();
    assertThat(second.silent()).isEqualTo(Duration.ofMillis(30));
    assertThat(second.behindEntries()).as("as it says itself").isEqualTo(2);
    assertThat(view.nodes().get(2))
        .extracting(NodeView::up, NodeView::silent)
        .containsExactly(false, null);
    assertThat(view.nodes().get(0))
        .extracting(NodeView::up, NodeView::role)
        .containsExactly(true, Role.LEADER);
  }

  @Test
  void aDeadLeaderIsNotUpBecauseItsSuccessorHasJustBegunToSendToIt() {
    known.leads("n1");
    known.heard.put("n2", new Acquaintance(card("n2", 98, 0), LONG));
    known.followers.put("n2", new FollowerProgress("n2", -1, Duration.ofMillis(900)));

    assertThat(view().nodes().get(1))
        .extracting(NodeView::up, NodeView::silent, NodeView::role)
        .containsExactly(false, LONG, Role.UNKNOWN);
  }

  @Test
  void aNodeThatTellsNothingOfItselfIsUpIfItAnswersAppends() {
    known.leads("n1");
    known.committed = 100;
    known.followers.put("n2", new FollowerProgress("n2", 60, Duration.ofMillis(900)));

    NodeView second = view().nodes().get(1);

    assertThat(second.up()).isTrue();
    assertThat(second.hasCard()).isFalse();
    assertThat(second.behindEntries()).isEqualTo(40);
  }

  @Test
  void aFollowerKnowsTheOthersFromItsLeader() {
    known.follows("n2", Duration.ofMillis(50));
    known.heard.put("n2", new Acquaintance(card("n2", 100, 0), Duration.ofMillis(800)));
    known.heard.put("n3", new Acquaintance(card("n3", 90, 0), LONG));
    known.committed = 250;

    ClusterView view = view();

    assertThat(view.confirmed()).isTrue();
    assertThat(view.leads()).isFalse();
    assertThat(view.nodes())
        .extracting(NodeView::role)
        .containsExactly(Role.FOLLOWER, Role.LEADER, Role.UNKNOWN);
    assertThat(view.nodes().get(1).silent()).isEqualTo(Duration.ofMillis(50));
    assertThat(view.nodes().get(2).up()).isFalse();
    assertThat(view.nodes().get(2).behindEntries())
        .as("it lacks at least what came since")
        .isEqualTo(160);
  }

  @Test
  void withoutALeaderNobodysRoleIsKnown() {
    known.role = Role.CANDIDATE;
    known.heard.put("n2", new Acquaintance(card("n2", 100, 0), Duration.ofMillis(800)));

    ClusterView view = view();

    assertThat(view.confirmed()).isFalse();
    assertThat(view.nodes())
        .extracting(NodeView::role)
        .containsExactly(Role.CANDIDATE, Role.UNKNOWN, Role.UNKNOWN);
    assertThat(view.up()).extracting(NodeView::id).containsExactly("n1", "n2");
  }

  @Test
  void aLeaderThatNobodyHasConfirmedOrHeardOfIsNoneForCertain() {
    known.leads("n1");
    known.confirmed = false;
    assertThat(view().confirmed()).isFalse();

    known.follows("n2", LONG);
    assertThat(view().confirmed()).isFalse();
    assertThat(view().nodes().get(1).role()).isEqualTo(Role.UNKNOWN);
  }

  @Test
  void aNodeThatWaitsKnowsNobody() {
    known.member = false;
    known.members = List.of();

    ClusterView view = view();

    assertThat(view.isMember()).isFalse();
    assertThat(view.nodes()).isEmpty();
    assertThat(view.ownView()).isEmpty();
  }

  private ClusterView view() {
    return new ClusterViews(NodeSettings.in(directory).config(), known, () -> known.confirmed)
        .now(OWN);
  }

  private static NodeCard card(String id, long applied, long behind) {
    return NodeCard.newBuilder()
        .setNodeId(id)
        .setAppliedIndex(applied)
        .setBehindEntries(behind)
        .build();
  }

  private static final class FakeKnowledge implements ClusterViews.Knowledge {
    private final Map<String, FollowerProgress> followers = new HashMap<>();
    private final Map<String, Acquaintance> heard = new HashMap<>();
    private List<Member> members =
        List.of(
            new Member("n1", "h1:7400", "h1:7401"),
            new Member("n2", "h2:7400", "h2:7401"),
            new Member("n3", "h3:7400", "h3:7401"));
    private boolean member = true;
    private Role role = Role.FOLLOWER;
    private boolean leads;
    private boolean confirmed;
    private String leader;
    private Duration leaderSilent;
    private long committed = 100;

    void leads(String self) {
      role = Role.LEADER;
      leads = true;
      confirmed = true;
      leader = self;
    }

    void follows(String id, Duration silent) {
      role = Role.FOLLOWER;
      leads = false;
      leader = id;
      leaderSilent = silent;
    }

    @Override
    public boolean isMember() {
      return member;
    }

    @Override
    public List<Member> members() {
      return members;
    }

    @Override
    public Role ownRole() {
      return role;
    }

    @Override
    public boolean leads() {
      return leads;
    }

    @Override
    public Optional<String> leader() {
      return Optional.ofNullable(leader);
    }

    @Override
    public Optional<Duration> leaderSilent() {
      return Optional.ofNullable(leaderSilent);
    }

    @Override
    public Optional<FollowerProgress> follower(String nodeId) {
      return Optional.ofNullable(followers.get(nodeId));
    }

    @Override
    public Optional<Acquaintance> heardOf(String nodeId) {
      return Optional.ofNullable(heard.get(nodeId));
    }

    @Override
    public long committedIndex() {
      return committed;
    }
  }
}
