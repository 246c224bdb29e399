package io.relaykv.testkit;

import io.relaykv.testkit.node.FaultCounters.Kind;
import java.util.Map;

/**
 * How often each kind of fault has struck a node since it was started: by this a test knows that
 * its fault has really happened.
 *
 * @param cutMessages messages between nodes that came to this node, and answers that it gave, over
 *     a link that was cut
 * @param delayedMessages such messages that came later, by {@link Links#delay} or {@link
 *     Links#lossy}
 * @param lostPackets how often a packet with one of them was sent in vain
 * @param refusedClientCalls calls of clients that were refused or broken off
 * @param failedWrites to the Raft log
 * @param failedFsyncs of the Raft log
 * @param delayedFsyncs of the Raft log
 * @param skippedFsyncs of the Raft log, with {@code -Drelaykv.testkit.skip-fsync=true}
 * @param shiftedClockReads looks at the wall clock that showed another time
 */
public record FaultCounts(
    long cutMessages,
    long delayedMessages,
    long lostPackets,
    long refusedClientCalls,
    long failedWrites,
    long failedFsyncs,
    long delayedFsyncs,
    long skippedFsyncs,
    long shiftedClockReads) {
  static final FaultCounts NONE = of(Map.of());

  static FaultCounts of(Map<Kind, Long> counts) {
    return new FaultCounts(
        counts.getOrDefault(Kind.CUT_MESSAGE, 0L),
        counts.getOrDefault(Kind.DELAYED_MESSAGE, 0L),
        counts.getOrDefault(Kind.LOST_PACKET, 0L),
        counts.getOrDefault(Kind.REFUSED_CLIENT_CALL, 0L),
        counts.getOrDefault(Kind.FAILED_WRITE, 0L),
        counts.getOrDefault(Kind.FAILED_FSYNC, 0L),
        counts.getOrDefault(Kind.DELAYED_FSYNC, 0L),
        counts.getOrDefault(Kind.SKIPPED_FSYNC, 0L),
        counts.getOrDefault(Kind.SHIFTED_CLOCK_READ, 0L));
  }
}
