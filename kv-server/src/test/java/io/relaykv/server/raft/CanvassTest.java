package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.raft.Canvass.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of n1, whose last entry is 3,8. */
class CanvassTest {
  private static final TermIndex OWN = TermIndex.valueOf(3, 8);
  private static final TermIndex LONGER = TermIndex.valueOf(3, 9);

  private List<String> members = List.of("n1", "n2", "n3");
  private List<String> before = List.of();
  private Optional<TermIndex> own = Optional.of(OWN);
  private long nowMs = 5_000;

  /** Of whom can be reached. */
  private final Map<String, TermIndex> last = new HashMap<>();

  private final List<Runnable> tasks = new ArrayList<>();
  private final List<String> provoked = new ArrayList<>();

  private final Canvass canvass =
      new Canvass(
          RaftPeerId.valueOf("n1"),
          () -> Partial.of(RaftConfiguration.class, new Membership()),
          () -> own,
          new Canvass.Others() {
            @Override
            public TermIndex lastEntryOf(RaftPeerId member) throws IOException {
              TermIndex entry = last.get(member.toString());
              if (entry == null) {
                throw new IOException("cannot be reached");
              }
              return entry;
            }

            @Override
            public void provoke(RaftPeerId member) {
              provoked.add(member.toString());
            }
          },
          tasks::add,
          () -> nowMs);

  @SuppressWarnings("unused") // Partial
  private final class Membership {
    Collection<RaftPeer> getCurrentPeers() {
      return peers(members);
    }

    Collection<RaftPeer> getPreviousPeers() {
      return peers(before);
    }

    Collection<RaftPeer> getAllPeers() {
      return peers(Stream.concat(members.stream(), before.stream()).distinct().toList());
    }

    private List<RaftPeer> peers(List<String> ids) {
      return ids.stream().map(id -> RaftPeer.newBuilder().setId(id).build()).toList();
    }
  }

  /** The question that was put as the i-th is answered. */
  private void answer(int i) {
    tasks.get(i).run();
  }

  @ParameterizedTest
  @CsvSource({"3,8", "3,7", "2,99"})
  void standsWithThoseWhoHaveNoLongerLog(long term, long index) {
    last.put("n2", TermIndex.valueOf(term, index));
    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    assertThat(tasks).as("each is asked once").hasSize(2);
    answer(0);
    assertThat(canvass.look()).isEqualTo(Verdict.STAND);
  }

  @ParameterizedTest
  @CsvSource({"3,9", "4,1"})
  void givesWayToWhoeverHasALongerLogAndTellsHim(long term, long index) {
    last.put("n2", TermIndex.valueOf(term, index));
    canvass.look();
    nowMs += 200;
    answer(0);
    assertThat(canvass.look()).as("n3 may be as quick").isEqualTo(Verdict.OPEN);
    nowMs += 49;
    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    nowMs += 1;
    assertThat(canvass.look()).isEqualTo(Verdict.GIVE_WAY);
    assertThat(tasks).hasSize(3);
    answer(2);
    assertThat(provoked).containsExactly("n2");
  }

  @Test
  void givesWayAtOnceWhenAllHaveAnswered() {
    last.put("n2", LONGER);
    canvass.look();
    answer(0);
    answer(1);
    assertThat(canvass.look()).as("n3 cannot be reached").isEqualTo(Verdict.GIVE_WAY);
  }

  @Test
  void aMajorityOutweighsOneWithALongerLog() {
    members = List.of("n1", "n2", "n3", "n4", "n5");
    last.put("n2", LONGER);
    last.put("n3", OWN);
    last.put("n4", OWN);
    canvass.look();
    answer(0);
    answer(1);
    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    answer(2);
    assertThat(canvass.look()).isEqualTo(Verdict.STAND);
    assertThat(provoked).isEmpty();
  }

  @Test
  void whileTheMembershipChangesBothMajoritiesCount() {
    members = List.of("n1", "n2", "n3");
    before = List.of("n1", "n4", "n5");
    last.put("n2", OWN);
    last.put("n4", OWN);
    canvass.look();
    answer(0);
    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    answer(2);
    assertThat(canvass.look()).isEqualTo(Verdict.STAND);
  }

  @Test
  void standsWhenNobodyAnswersAsRatisMayFindMore() {
    canvass.look();
    nowMs += 299;
    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    nowMs += 1;
    assertThat(canvass.look()).isEqualTo(Verdict.STAND);
  }

  @Test
  void asksNobodyAgainWhoHasNotAnsweredAndForgetsWhatHeSaysLate() {
    last.put("n2", LONGER);
    last.put("n3", OWN);
    canvass.look();
    nowMs += 300;
    assertThat(canvass.look()).isEqualTo(Verdict.STAND);

    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    assertThat(tasks).hasSize(2);
    answer(0);
    answer(1);
    assertThat(canvass.look()).as("of the round before").isEqualTo(Verdict.OPEN);
    nowMs += 300;
    assertThat(canvass.look()).isEqualTo(Verdict.STAND);

    canvass.look();
    assertThat(tasks).as("they have answered by now").hasSize(4);
  }

  @Test
  void whatWasAskedInASilenceBeforeThisOneCountsNoMore() {
    last.put("n2", LONGER);
    last.put("n3", OWN);
    canvass.look();
    answer(0);
    nowMs += 600;
    assertThat(canvass.look()).isEqualTo(Verdict.OPEN);
    answer(1);
    answer(2);
    assertThat(canvass.look()).as("n2 alone has answered again").isEqualTo(Verdict.OPEN);
  }

  @Test
  void aloneItStands() {
    members = List.of("n1");
    own = Optional.empty();
    assertThat(canvass.look()).isEqualTo(Verdict.STAND);
  }
}
