package io.relaykv.server.api;

import io.relaykv.server.raft.JoinProgress;
import io.relaykv.server.raft.LevelChange;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.MembershipChanges;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Does at once whatever it is asked. */
final class FakeMembership implements MembershipChanges {
  @Override
  public CompletableFuture<Boolean> add(Member member, Consumer<JoinProgress> listener) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public CompletableFuture<Boolean> remove(String nodeId) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public CompletableFuture<String> transferLeadership(String to) {
    return CompletableFuture.completedFuture("n2");
  }

  @Override
  public CompletableFuture<LevelChange> finalizeUpgrade(boolean dryRun) {
    return CompletableFuture.completedFuture(new LevelChange(1, 1));
  }
}
