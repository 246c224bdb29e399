package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.Test;

class ElectionRehearsalTest {
  private List<String> others = List.of();
  private final Set<String> deaf = new HashSet<>();
  private final List<String> asked = new ArrayList<>();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private long nowMs = 5_000;

  private final ElectionRehearsal rehearsal =
      new ElectionRehearsal(
          () -> others.stream().map(RaftPeerId::valueOf).toList(),
          this::ask,
          tasks::add,
          () -> nowMs);

  @Test
  void asksEachMemberOnceWhenThereIsALeader() {
    tickAndRun();
    assertThat(asked).as("without a leader").isEmpty();

    others = List.of("n2", "n3");
    tickAndRun();
    assertThat(asked).containsExactlyInAnyOrder("n2", "n3");

    tickAndRun();
    assertThat(asked).hasSize(2);
  }

  @Test
  void asksAMemberThatIsAdded() {
    others = List.of("n2");
    tickAndRun();
    others = List.of("n2", "n4");
    tickAndRun();
    assertThat(asked).containsExactly("n2", "n4");
  }

  @Test
  void asksThoseAgainThatDidNotAnswerAfterAWhile() {
    others = List.of("n2", "n3");
    deaf.add("n2");
    tickAndRun();
    assertThat(asked).containsExactlyInAnyOrder("n2", "n3");

    nowMs += 4_999;
    tickAndRun();
    assertThat(asked).hasSize(2);

    nowMs++;
    deaf.clear();
    tickAndRun();
    tickAndRun();
    assertThat(asked).hasSize(3).last().isEqualTo("n2");
  }

  @Test
  void doesNotAskWhileItWaitsForAnAnswer() {
    others = List.of("n2");
    rehearsal.tick();
    rehearsal.tick();
    assertThat(tasks).hasSize(1);
  }

  private void tickAndRun() {
    rehearsal.tick();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void ask(RaftPeerId member) throws IOException {
    asked.add(member.toString());
    if (deaf.contains(member.toString())) {
      throw new IOException("nobody is there");
    }
  }
}
