package io.relaykv.server.raft;

/** What a write came to. */
public sealed interface WriteOutcome {
  /** It is on the disks of a majority and applied here. */
  record Applied() implements WriteOutcome {
    static final Applied INSTANCE = new Applied();
  }

  /** It was not applied, as the client no longer waits for it. */
  record Dropped() implements WriteOutcome {
    static final Dropped INSTANCE = new Dropped();
  }

  /** It was not applied, as the API key was no longer valid when its turn came. */
  record NotAllowed() implements WriteOutcome {
    static final NotAllowed INSTANCE = new NotAllowed();
  }

  /** It was not applied, as the account would have come to hold too much. */
  record OverQuota() implements WriteOutcome {
    static final OverQuota INSTANCE = new OverQuota();
  }

  /** It was not applied, as it breaks a rule that should have been checked before. */
  record Malformed() implements WriteOutcome {
    static final Malformed INSTANCE = new Malformed();
  }

  /** This node does not lead; certainly not applied. */
  record NotLeading() implements WriteOutcome {
    static final NotLeading INSTANCE = new NotLeading();
  }

  /**
   * This node leads but takes no writes at the moment; certainly not applied.
   *
   * @param reason for people
   */
  record Unavailable(String reason) implements WriteOutcome {}

  /**
   * It may be applied, now or later, or not.
   *
   * @param reason for people
   */
  record Unknown(String reason) implements WriteOutcome {}
}
