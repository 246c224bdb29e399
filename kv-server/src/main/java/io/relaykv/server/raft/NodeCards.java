package io.relaykv.server.raft;

import io.relaykv.protocol.peer.AgedCard;
import io.relaykv.protocol.peer.CardDeck;
import io.relaykv.protocol.peer.NodeCard;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes tell each other of themselves, for people to read: disk, version, how far they
 * are. Once a second a follower puts its card into an answer to an append, and the leader puts all
 * cards that it has into an append; no message is sent for it (docs/adr/0021). Without a leader
 * nodes hear of each other only when one asks for a vote.
 *
 * <p>Nothing may be decided by a card, as it can be old, but by what a node says {@link #next}.
 * Thread-safe; nobody is kept waiting.
 */
public final class NodeCards {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of more nodes than any cluster has, nothing is kept. */
  private static final int MAX_NODES = 64;

  private static final int MAX_ID_LENGTH = 63;

  private static final int MAX_VERSION_LENGTH = 64;

  private final String self;
  private final LongSupplier nanoTime;
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> sentNanos = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<NodeCard>> awaited = new ConcurrentHashMap<>();
  private final AtomicLong answeredNanos;
  private volatile @Nullable NodeCard own;

  /**
   * @param self this node's name
   * @param nanoTime any steady clock
   */
  NodeCards(String self, LongSupplier nanoTime) {
    this.self = self;
    this.nanoTime = nanoTime;
    this.answeredNanos = new AtomicLong(nanoTime.getAsLong() - EVERY_NANOS);
  }

  /**
   * When a node was last known to be up.
   *
   * @param card null if it has only asked for a vote
   */
  private record Heard(@Nullable NodeCard card, long atNanos) {}

  /**
   * Another node, as far as is known.
   *
   * @param card what it said last; the default instance if nothing
   * @param silent since it was last known to be up
   */
  public record Acquaintance(NodeCard card, Duration silent) {}

  /** What this node tells of itself from now on; before the first time it is nothing. */
  public void tell(NodeCard card) {
    own = card;
  }

  /** What is known of another node; empty if nothing was heard of it since this one started. */
  public Optional<Acquaintance> of(String nodeId) {
    return Optional.ofNullable(heard.get(nodeId))
        .map(
            last ->
                new Acquaintance(
                    last.card() == null ? NodeCard.getDefaultInstance() : last.card(),
                    Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - last.atNanos()))));
  }

  /**
   * What a follower says next of itself, to this node as its leader: within a second or two if it
   * is up.
   */
  CompletableFuture<NodeCard> next(String follower) {
    return awaited.computeIfAbsent(follower, unused -> new CompletableFuture<>());
  }

  /**
   * Begins a call of another node.
   *
   * @param ratis gets the call with which to answer, and returns what its messages are for
   */
  <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call, Function<ServerCall<Q, P>, ServerCall.Listener<Q>> ratis) {
    ServerCall<Q, P> answering =
        new SimpleForwardingServerCall<>(call) {
          @Override
          @SuppressWarnings("unchecked")
          public void sendMessage(P message) {
            super.sendMessage(
                message instanceof AppendEntriesReplyProto reply ? (P) withOwn(reply) : message);
          }
        };
    return new SimpleForwardingServerCallListener<>(ratis.apply(answering)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof AppendEntriesRequestProto append) {
          NodeCardField.deck(append).ifPresent(NodeCards.this::passedOn);
        } else if (message instanceof RequestVoteRequestProto vote) {
          askedForVote(vote.getServerRequest().getRequestorId().toStringUtf8());
        }
        super.onMessage(message);
      }
    };
  }

  private AppendEntriesReplyProto withOwn(AppendEntriesReplyProto reply) {
    NodeCard card = own;
    return card != null && isDue(answeredNanos) ? NodeCardField.put(reply, card) : reply;
  }

  /** An append of this node, the leader, as it is to be sent to a follower. */
  AppendEntriesRequestProto withAll(String follower, AppendEntriesRequestProto append) {
    NodeCard card = own;
    AtomicLong sent =
        sentNanos.computeIfAbsent(
            follower, unused -> new AtomicLong(nanoTime.getAsLong() - EVERY_NANOS));
    return card != null && isDue(sent) ? NodeCardField.put(append, deck(card)) : append;
  }

  private boolean isDue(AtomicLong lastNanos) {
    long last = lastNanos.get();
    long now = nanoTime.getAsLong();
    return now - last >= EVERY_NANOS && lastNanos.compareAndSet(last, now);
  }

  private CardDeck deck(NodeCard present) {
    long now = nanoTime.getAsLong();
    CardDeck.Builder deck = CardDeck.newBuilder().addCards(AgedCard.newBuilder().setCard(present));
    heard.forEach(
        (id, last) -> {
          if (last.card() != null) {
            deck.addCards(
                AgedCard.newBuilder()
                    .setCard(last.card())
                    .setAgeMs(TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - last.atNanos()))));
          }
        });
    return deck.build();
  }

  /** A follower has answered this node, the leader. */
  void answered(String follower, AppendEntriesReplyProto reply) {
    // It speaks for nobody but itself.
    NodeCardField.card(reply)
        .filter(card -> card.getNodeId().equals(follower))
        .ifPresent(this::said);
  }

  private void said(NodeCard card) {
    keep(card, nanoTime.getAsLong());
    CompletableFuture<NodeCard> asked = awaited.remove(card.getNodeId());
    if (asked != null) {
      asked.complete(card);
    }
  }

  private void passedOn(CardDeck deck) {
    long now = nanoTime.getAsLong();
    for (AgedCard aged : deck.getCardsList()) {
      keep(aged.getCard(), now - TimeUnit.MILLISECONDS.toNanos(Math.max(0, aged.getAgeMs())));
    }
  }

  private void askedForVote(String nodeId) {
    keep(nodeId, new Heard(null, nanoTime.getAsLong()));
  }

  private void keep(NodeCard card, long atNanos) {
    NodeCard kept =
        card.getVersion().length() <= MAX_VERSION_LENGTH
            ? card
            : card.toBuilder()
                .setVersion(card.getVersion().substring(0, MAX_VERSION_LENGTH))
                .build();
    keep(card.getNodeId(), new Heard(kept, atNanos));
  }

  private void keep(String nodeId, Heard news) {
    if (!nodeId.equals(self)
        && nodeId.length() <= MAX_ID_LENGTH
        && (heard.containsKey(nodeId) || heard.size() < MAX_NODES)) {
      heard.merge(nodeId, news, NodeCards::latest);
    }
  }

  /** What a leader passes on may be older than what was heard from the node itself. */
  private static Heard latest(Heard known, Heard news) {
    if (news.atNanos() - known.atNanos() < 0) {
      return known.card() == null ? new Heard(news.card(), known.atNanos()) : known;
    }
    return news.card() == null ? new Heard(known.card(), news.atNanos()) : news;
  }
}
