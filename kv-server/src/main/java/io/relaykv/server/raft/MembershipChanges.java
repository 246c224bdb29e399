package io.relaykv.server.raft;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Changes of the membership and of what the members may rely on of each other, one at a time, by
 * the leader. What is done already succeeds at once, so that each change may be repeated until it
 * has succeeded.
 *
 * <p>The futures fail with {@link MembershipRefusedException}, {@link NotLeadingException} or
 * {@link NotAppendedException} if nothing was changed; after any other failure it may have been, or
 * may be yet. Thread-safe.
 */
public interface MembershipChanges {
  /**
   * Brings a node that waits to join up to date, then makes it a member. One that is being added
   * already is waited for.
   *
   * @param listener told every half second how far the node is; not after the end
   * @return whether it was no member before
   */
  CompletableFuture<Boolean> add(Member member, Consumer<JoinProgress> listener);

  /**
   * Takes a node out of the membership for good. A leader that is to remove itself hands the
   * leadership over and then fails with {@link NotLeadingException}.
   *
   * @return whether it was a member
   */
  CompletableFuture<Boolean> remove(String nodeId);

  /**
   * Hands the leadership over.
   *
   * @param to a member, or empty for the follower that is nearest
   * @return the new leader's name
   */
  CompletableFuture<String> transferLeadership(String to);

  /**
   * Raises the cluster's feature level to the newest that all members support. No member is added
   * meanwhile.
   *
   * @param dryRun only looks whether it could be done
   */
  CompletableFuture<LevelChange> finalizeUpgrade(boolean dryRun);
}
