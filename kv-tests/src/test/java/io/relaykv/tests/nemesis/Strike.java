package io.relaykv.tests.nemesis;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A fault that is in force.
 *
 * @param victims the nodes that it has struck; empty if it is not about nodes
 * @param exclusive whether they are as good as gone, so that the next victim is another
 * @param lift undoes it; nodes that are to start have been started then, but not come up
 * @param proof asked when the cluster serves again: what shows that it really happened; empty if
 *     nothing does. Fails if something came of it that must not
 */
public record Strike(
    Set<String> victims, boolean exclusive, Runnable lift, Supplier<Optional<String>> proof) {
  /** One that takes a node away. */
  static Strike on(String victim, Runnable lift, Supplier<Optional<String>> proof) {
    return new Strike(Set.of(victim), true, lift, proof);
  }

  /** One that takes a node away, and has been seen to happen already, or not. */
  static Strike seen(String victim, Runnable lift, boolean happened, String what) {
    return on(victim, lift, () -> Optional.of(what).filter(proof -> happened));
  }

  /** One that a node serves on with, and has been seen to happen already, or not. */
  static Strike mild(String victim, Runnable lift, boolean happened, String what) {
    return new Strike(
        Set.of(victim), false, lift, () -> Optional.of(what).filter(proof -> happened));
  }
}
