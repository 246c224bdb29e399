package io.relaykv.tests.nemesis;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which faults have cut which links: where two of them have, it stays cut until both are lifted.
 * Thread-safe.
 */
final class CutLinks {
  private final Map<Set<String>, Set<Object>> holders = new HashMap<>();

  /** A fault cuts the link between two nodes, or has already. */
  synchronized void hold(Object fault, String a, String b) {
    holders.computeIfAbsent(Set.of(a, b), link -> new HashSet<>()).add(fault);
  }

  /**
   * A fault no longer cuts the link.
   *
   * @return whether nobody else does
   */
  synchronized boolean release(Object fault, String a, String b) {
    Set<Object> left = holders.getOrDefault(Set.of(a, b), new HashSet<>());
    left.remove(fault);
    return left.isEmpty();
  }
}
