package io.relaykv.client.internal;

import io.relaykv.client.NodeAddress;
import io.relaykv.protocol.v1.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where an operator's calls may go: the nodes that were named to begin with, and the members as a
 * leader has last told of them. Thread-safe.
 */
final class KnownNodes {
  /** A cluster has few; more than these are not believed. */
  private static final int MAX_LEARNED = 64;

  private final List<NodeAddress> named;
  private final Predicate<NodeAddress> permitted;
  private volatile List<NodeAddress> all;

  /**
   * @param permitted whether the key may be sent there
   */
  KnownNodes(List<NodeAddress> named, Predicate<NodeAddress> permitted) {
    this.named = List.copyOf(named);
    this.permitted = permitted;
    this.all = this.named;
  }

  /** At least one. */
  List<NodeAddress> all() {
    return all;
  }

  /**
   * A leader has said who the members are: they take the place of those that were learned before.
   * Nobody, if there was no leader to say it, changes nothing.
   */
  void learn(List<Member> members) {
    if (members.isEmpty()) {
      return;
    }
    List<NodeAddress> known = new ArrayList<>(named);
    members.stream()
        .flatMap(member -> usable(member.getClientAddress()).stream())
        .filter(address -> !known.contains(address))
        .distinct()
        .limit(MAX_LEARNED)
        .forEach(known::add);
    all = List.copyOf(known);
  }

  private Optional<NodeAddress> usable(String text) {
    try {
      return Optional.of(NodeAddress.parse(text)).filter(permitted);
    } catch (IllegalArgumentException e) {
      // Of no use to anybody.
      return Optional.empty();
    }
  }
}
