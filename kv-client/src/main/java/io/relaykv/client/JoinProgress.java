package io.relaykv.client;

/**
 * How far a node is that is being added to a cluster.
 *
 * @param phase what is being waited for
 * @param entriesToGo how many log entries it lacks, once it is catching up
 */
public record JoinProgress(Phase phase, long entriesToGo) {
  /** What is being waited for. */
  public enum Phase {
    /** Its first answer. */
    CONTACTING,
    /** That it has what the others have. */
    CATCHING_UP
  }
}
