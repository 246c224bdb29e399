package io.relaykv.server.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.relaykv.protocol.peer.CardDeck;
import io.relaykv.protocol.peer.NodeCard;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnknownFieldSet;

/**
 * Where {@link NodeCards} are within Ratis' own messages: in a field that Ratis does not know, and
 * leaves as it is.
 *
 * <pre>
 *   AppendEntriesReplyProto    7402 = NodeCard    the sender's own
 *   AppendEntriesRequestProto  7402 = CardDeck    all that the leader has
 * </pre>
 */
final class NodeCardField {
  private static final int NUMBER = 7402;

  /** Larger ones are not looked at. */
  private static final int MAX_BYTES = 64 << 10;

  private NodeCardField() {}

  static AppendEntriesReplyProto put(AppendEntriesReplyProto reply, NodeCard card) {
    return reply.toBuilder().mergeUnknownFields(of(card.toByteArray())).build();
  }

  static AppendEntriesRequestProto put(AppendEntriesRequestProto append, CardDeck deck) {
    return append.toBuilder().mergeUnknownFields(of(deck.toByteArray())).build();
  }

  /** The card in an answer; empty if there is none, or none that can be read. */
  static Optional<NodeCard> card(AppendEntriesReplyProto reply) {
    return message(reply.getUnknownFields(), NodeCard.parser());
  }

  /** The cards in an append; empty if there are none, or none that can be read. */
  static Optional<CardDeck> deck(AppendEntriesRequestProto append) {
    return message(append.getUnknownFields(), CardDeck.parser());
  }

  private static <M> Optional<M> message(UnknownFieldSet fields, Parser<M> parser) {
    if (!fields.hasField(NUMBER)) {
      return Optional.empty();
    }
    List<ByteString> values = fields.getField(NUMBER).getLengthDelimitedList();
    if (values.isEmpty() || values.get(0).size() > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parseFrom(values.get(0).toByteArray()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static UnknownFieldSet of(byte[] value) {
    return UnknownFieldSet.newBuilder()
        .addField(
            NUMBER,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(value))
                .build())
        .build();
  }
}
