package io.relaykv.client.internal;

import io.relaykv.client.KvException;
import io.relaykv.client.NodeAddress;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which node to try next, when, and why the others did not do. Confined to the event loop.
 *
 * <p>A node that names a leader is followed; else the known nodes are tried in turn. The first
 * round costs no waiting; after that each attempt waits longer than the one before ({@link
 * Backoff}).
 */
final class LeaderSearch {
  /** Nodes that are learned from others are tried too, but no more than so many. */
  private static final int MAX_NODES = 64;

  /** Why a leader that is known cannot be asked. */
  static final String NOT_PERMITTED = "leads, but would be sent the key in plain text: use TLS";

  private final List<NodeAddress> nodes;
  private final Backoff backoff;
  private final Map<NodeAddress, String> failures = new LinkedHashMap<>();
  private int turn;
  private int attempts;
  private @Nullable NodeAddress hint;

  LeaderSearch(List<NodeAddress> nodes, Backoff backoff, RandomGenerator random) {
    this.nodes = new ArrayList<>(nodes);
    this.backoff = backoff;
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
    turn = (turn + 1) % nodes.size();
    return nodes.get(turn);
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
    turn = Math.max(0, nodes.indexOf(leader));
  }

  /** Why a node did not do. */
  void failed(NodeAddress node, String cause) {
    failures.remove(node);
    failures.put(node, cause);
  }

  /** The failure of an operation whose deadline has passed. */
  KvException timedOut(Operation operation, long nowNanos) {
    long tookMs = TimeUnit.NANOSECONDS.toMillis(nowNanos - operation.startNanos());
    return ended(operation, "no answer within " + words(Duration.ofMillis(tookMs)));
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
    List<NodeFailure> attempted = attempted();
    return operation.mayHaveBeenApplied()
        ? new OutcomeUnknownException(
            "%s: %s; it may have been applied".formatted(operation, reason), attempted)
        : new UnavailableException(
            "%s: %s; nothing was applied".formatted(operation, reason), attempted);
  }
}
