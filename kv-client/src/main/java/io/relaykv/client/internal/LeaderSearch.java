package io.relaykv.client.internal;

import io.relaykv.client.KvException;
import io.relaykv.client.NodeAddress;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which node to try next, when, and why the others did not do. Confined to the event loop.
 *
 * <p>A node that names a leader is followed; else the known nodes are tried in turn. The first
 * round costs no waiting; after that each attempt waits longer than the one before ({@link
 * Backoff}). A node that could not be reached is left out for a while: the others may name it as
 * the leader until they have noticed, and whoever waits with one of them is told who is the next.
 */
final class LeaderSearch {
  /** Nodes that are learned from others are tried too, but no more than so many. */
  private static final int MAX_NODES = 64;

  /** Longer than it takes to elect another leader; the node may be there again sooner. */
  private static final long LEFT_OUT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Why a leader that is known cannot be asked. */
  static final String NOT_PERMITTED = "leads, but would be sent the key in plain text: use TLS";

  private final List<NodeAddress> nodes;
  private final Backoff backoff;
  private final LongSupplier nanoTime;
  private final Map<NodeAddress, String> failures = new LinkedHashMap<>();

  /** Since when nodes could not be reached. */
  private final Map<NodeAddress, Long> unreachable = new HashMap<>();

  private int turn;
  private int attempts;
  private @Nullable NodeAddress hint;

  /**
   * A search among {@code nodes} and those that they name.
   *
   * @param nanoTime any steady clock
   */
  LeaderSearch(
      List<NodeAddress> nodes, Backoff backoff, RandomGenerator random, LongSupplier nanoTime) {
    this.nodes = new ArrayList<>(nodes);
    this.backoff = backoff;
    this.nanoTime = nanoTime;
    this.turn = random.nextInt(nodes.size());
  }

  /** The node to try now. */
  NodeAddress next() {
    attempts++;
    NodeAddress hinted = hint;
    hint = null;
    if (hinted != null) {
      return hinted;
    }
    for (int i = 0; i < nodes.size(); i++) {
      turn = (turn + 1) % nodes.size();
      if (!isUnreachable(nodes.get(turn))) {
        return nodes.get(turn);
      }
    }
    turn = (turn + 1) % nodes.size();
    return nodes.get(turn);
  }

  private boolean isUnreachable(NodeAddress node) {
    Long since = unreachable.get(node);
    return since != null && nanoTime.getAsLong() - since < LEFT_OUT_NANOS;
  }

  /** Whether the leader that a node names is one that could not be reached just now. */
  boolean isUnreachable(String clientAddress) {
    return unreachable.keySet().stream()
        .anyMatch(node -> node.toString().equals(clientAddress) && isUnreachable(node));
  }

  /**
   * How long to wait before {@link #next}, in milliseconds, with a node that will tell who leads:
   * the others hardly know it before.
   */
  long patienceMs() {
    return backoff.nextDelayMs();
  }

  /** How long to wait before {@link #next}, in milliseconds. */
  long delayBeforeNextMs() {
    return attempts <= nodes.size() ? 0 : backoff.nextDelayMs();
  }

  /** A node has said that the leader is there; followed if we may go there. */
  void hint(String clientAddress, Predicate<NodeAddress> permitted) {
    try {
      NodeAddress address = NodeAddress.parse(clientAddress);
      if (!permitted.test(address)) {
        failed(address, NOT_PERMITTED);
        return;
      }
      add(address);
      hint = address;
    } catch (IllegalArgumentException e) {
      // A node that names an unusable address is of no help; the others are tried in turn.
      hint = null;
    }
  }

  /** A node has said where the members are; those where we may go are tried too from now on. */
  void learn(List<String> clientAddresses, Predicate<NodeAddress> permitted) {
    for (String text : clientAddresses) {
      try {
        NodeAddress address = NodeAddress.parse(text);
        if (permitted.test(address)) {
          add(address);
        }
      } catch (IllegalArgumentException e) {
        // Of no use, like a hint that cannot be followed.
      }
    }
  }

  private void add(NodeAddress address) {
    if (!nodes.contains(address) && nodes.size() < MAX_NODES) {
      nodes.add(address);
    }
  }

  /** This node leads: the search is over. */
  void found(NodeAddress leader) {
    attempts = 0;
    backoff.reset();
    failures.clear();
    unreachable.clear();
    turn = Math.max(0, nodes.indexOf(leader));
  }

  /** A node has answered. */
  void reached(NodeAddress node) {
    unreachable.remove(node);
  }

  /** A node could not be reached, or says nothing any more. */
  void unreachable(NodeAddress node, String cause) {
    unreachable.put(node, nanoTime.getAsLong());
    failed(node, cause);
  }

  /** Why a node did not do. */
  void failed(NodeAddress node, String cause) {
    failures.remove(node);
    failures.put(node, cause);
  }

  /**
   * The failure of an operation whose deadline has passed.
   *
   * @param owing the node that it waited for last, if there is one, and what of it
   */
  KvException timedOut(Operation operation, long nowNanos, Optional<NodeFailure> owing) {
    long tookMs = TimeUnit.NANOSECONDS.toMillis(nowNanos - operation.startNanos());
    List<NodeFailure> attempted = new ArrayList<>(attempted());
    owing
        .filter(last -> attempted.stream().map(NodeFailure::node).noneMatch(last.node()::equals))
        .ifPresent(attempted::add);
    return ended(operation, "no answer within " + words(Duration.ofMillis(tookMs)), attempted);
  }

  private static String words(Duration duration) {
    return duration.toMillis() < 10_000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }

  private List<NodeFailure> attempted() {
    return failures.entrySet().stream()
        .map(failure -> new NodeFailure(failure.getKey().toString(), failure.getValue()))
        .toList();
  }

  /** The failure of an operation whose key a node does not accept. */
  KvException keyRefused(Operation operation, String words) {
    return operation.mayHaveBeenApplied()
        ? ended(operation, words)
        : new NotAllowedException("%s: %s".formatted(operation, words), attempted());
  }

  /** The failure of an operation that ends without an answer. */
  KvException ended(Operation operation, String reason) {
    return ended(operation, reason, attempted());
  }

  private static KvException ended(
      Operation operation, String reason, List<NodeFailure> attempted) {
    return operation.mayHaveBeenApplied()
        ? new OutcomeUnknownException(
            "%s: %s; it may have been applied".formatted(operation, reason), attempted)
        : new UnavailableException(
            "%s: %s; nothing was applied".formatted(operation, reason), attempted);
  }
}
