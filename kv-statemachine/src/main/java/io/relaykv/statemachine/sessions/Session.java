package io.relaykv.statemachine.sessions;

import java.nio.ByteBuffer;

/**
 * Which writes of one client have been applied. Its row:
 *
 * <pre>
 *   8 bytes     8 bytes    4 bytes    8 bytes  16 bytes each
 *   log time    log index  position   floor    applied runs: first, last
 *   of its last activity
 * </pre>
 */
public final class Session {
  private final SessionId id;
  private final SequenceSet applied;
  private long activeMs;
  private long activeIndex;
  private int activePosition;

  private Session(SessionId id, SequenceSet applied) {
    this.id = id;
    this.applied = applied;
  }

  static Session create(SessionId id) {
    return new Session(id, new SequenceSet());
  }

  static Session fromRow(byte[] key, byte[] row) {
    ByteBuffer buffer = ByteBuffer.wrap(row);
    long activeMs = buffer.getLong();
    long activeIndex = buffer.getLong();
    int activePosition = buffer.getInt();
    Session session = new Session(SessionId.ofRow(key), SequenceSet.readFrom(buffer));
    session.touch(activeMs, activeIndex, activePosition);
    return session;
  }

  byte[] toRow() {
    ByteBuffer buffer = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES + applied.sizeBytes());
    buffer.putLong(activeMs).putLong(activeIndex).putInt(activePosition);
    applied.writeTo(buffer);
    return buffer.array();
  }

  void touch(long timeMs, long index, int position) {
    activeMs = timeMs;
    activeIndex = index;
    activePosition = position;
  }

  /**
   * The client has every answer below {@code sequence}: such writes need not be remembered, nor
   * applied.
   */
  public void answeredBelow(long sequence) {
    applied.raiseFloor(sequence);
  }

  /** What to do with a write. */
  public enum Decision {
    /** It is here for the first time: apply it. */
    APPLY,
    /** It has been applied: say so again. */
    ALREADY_APPLIED,
    /** The client no longer waits for it, or does not follow the protocol: do not apply it. */
    DROP
  }

  /** Decides about the write {@code sequence}; it is remembered only by {@link #applied(long)}. */
  public Decision decide(long sequence) {
    return switch (applied.probe(sequence)) {
      case NEW -> Decision.APPLY;
      case KNOWN -> Decision.ALREADY_APPLIED;
      case REFUSED -> Decision.DROP;
    };
  }

  /** Remembers that the write {@code sequence} has been applied. */
  public void applied(long sequence) {
    applied.add(sequence);
  }

  SessionId id() {
    return id;
  }

  long activeMs() {
    return activeMs;
  }

  long activeIndex() {
    return activeIndex;
  }

  int activePosition() {
    return activePosition;
  }
}
