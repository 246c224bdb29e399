package io.relaykv.tests.nemesis;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A fault that is in force.
 *
 * @param victims the nodes that it has struck
 * @param lift undoes it; nodes that are to start have been started then, but not come up
 * @param proof asked when the cluster serves again: what shows that it really happened; empty if
 *     nothing does. Fails if something came of it that must not
 */
public record Strike(Set<String> victims, Runnable lift, Supplier<Optional<String>> proof) {
  static Strike on(String victim, Runnable lift, Supplier<Optional<String>> proof) {
    return new Strike(Set.of(victim), lift, proof);
  }

  /** One that has been seen to happen already, or not. */
  static Strike seen(Set<String> victims, Runnable lift, boolean happened, String what) {
    Optional<String> proof = happened ? Optional.of(what) : Optional.empty();
    return new Strike(victims, lift, () -> proof);
  }
}
