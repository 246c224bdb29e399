package io.relaykv.server.raft;

import java.time.Duration;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.UnknownFieldSet;

/**
 * How leader and followers speak of votes within Ratis' own messages: by a field that Ratis does
 * not know, and leaves as it is.
 *
 * <pre>
 *   AppendEntriesReplyProto    7401 = n   for n ms from when it got this append, the sender votes
 *                                         for nobody but the one it answers
 *   AppendEntriesRequestProto  7401 = n   the sender's turn in this term: in an odd one it wants no
 *                                         such promise, and gives back what it was promised
 *                                         before; in the next, even one, it wants it again. What
 *                                         is of an earlier turn than another was overtaken by that
 * </pre>
 *
 * A node that does not send the field has promised nothing, or is in turn 0.
 */
final class PromiseField {
  private static final int NUMBER = 7401;

  private PromiseField() {}

  static AppendEntriesReplyProto promise(AppendEntriesReplyProto reply, Duration length) {
    return reply.toBuilder().mergeUnknownFields(of(length.toMillis())).build();
  }

  /** What the follower has promised; zero if nothing. */
  static Duration promised(AppendEntriesReplyProto reply) {
    return Duration.ofMillis(Math.max(0, valueIn(reply.getUnknownFields())));
  }

  static AppendEntriesRequestProto inTurn(AppendEntriesRequestProto request, long turn) {
    return turn == 0 ? request : request.toBuilder().mergeUnknownFields(of(turn)).build();
  }

  static long turn(AppendEntriesRequestProto request) {
    return valueIn(request.getUnknownFields());
  }

  /** Whether what was promised is given back in that turn. */
  static boolean isRelease(long turn) {
    return turn % 2 != 0;
  }

  private static UnknownFieldSet of(long value) {
    return UnknownFieldSet.newBuilder()
        .addField(NUMBER, UnknownFieldSet.Field.newBuilder().addVarint(value).build())
        .build();
  }

  private static long valueIn(UnknownFieldSet fields) {
    return fields.hasField(NUMBER)
        ? fields.getField(NUMBER).getVarintList().stream().findFirst().orElse(0L)
        : 0;
  }
}
