package io.relaykv.client.internal;

import io.relaykv.client.ClientListener;
import io.relaykv.client.LeaderNode;
import io.relaykv.client.OperationKind;
import io.relaykv.client.OperationOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** All that a client tells, in words and in order. */
final class HeardEvents implements ClientListener {
  private final List<String> events = new CopyOnWriteArrayList<>();

  List<String> all() {
    return List.copyOf(events);
  }

  List<String> leaders() {
    return events.stream().filter(event -> event.matches("(found|lost) .*")).toList();
  }

  @Override
  public void operationBegan(OperationKind kind) {
    events.add("began " + kind);
  }

  @Override
  public void operationEnded(OperationKind kind, OperationOutcome outcome, long nanos) {
    events.add("ended " + kind + " " + outcome + (nanos > 0 ? "" : " in no time"));
  }

  @Override
  public void operationsSentAgain(int count) {
    events.add("again " + count);
  }

  @Override
  public void leaderFound(LeaderNode leader, Optional<LeaderNode> before) {
    events.add("found " + leader + before.map(node -> " after " + node).orElse(""));
  }

  @Override
  public void leaderLost(LeaderNode leader) {
    events.add("lost " + leader);
  }
}
