package io.relaykv.client;

import java.util.Optional;

/**
 * Told what a client does, for metrics and logs; see {@link KvClient.Builder#listener}. Each method
 * does nothing unless it is overridden.
 *
 * <p>Called for every operation, by the thread that asks for it ({@link #operationBegan}) and by
 * the client's network thread (all others), which works on no other operation meanwhile: methods
 * must be quick, must not block, and may be called by several threads at a time if several threads
 * or clients use the listener. An exception is logged, the first one of each listener, and has no
 * effect on the client.
 *
 * <p>Once {@link KvClient#close} has ended what was under way nothing more is told.
 */
public interface ClientListener {
  /**
   * An operation has begun. Told when it has room among those in flight; each is followed by one
   * {@link #operationEnded}. {@link KvClient#awaitReady} is none.
   */
  default void operationBegan(OperationKind kind) {}

  /**
   * An operation has ended, whether somebody still waits for it or not. Told before its future is
   * completed.
   *
   * @param nanos since it was asked for, with the wait for room and every retry
   */
  default void operationEnded(OperationKind kind, OperationOutcome outcome, long nanos) {}

  /**
   * Operations are sent again, as the node that they were sent to was lost or did not lead.
   *
   * @param count at least 1
   */
  default void operationsSentAgain(int count) {}

  /**
   * A leader is connected, and gets all operations from now on.
   *
   * @param before the one that was used last, perhaps the same; empty the first time, which is when
   *     the client's session begins
   */
  default void leaderFound(LeaderNode leader, Optional<LeaderNode> before) {}

  /**
   * The leader that was used is so no longer: it was lost, or another one leads. The client looks
   * for the next one as soon as there is an operation.
   */
  default void leaderLost(LeaderNode leader) {}
}
