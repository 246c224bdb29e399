package io.relaykv.tests.scenario;

import java.util.Optional;
import java.util.Set;

/**
 * A fault that there has been.
 *
 * @param kind its name
 * @param startNanos when it was in force at the latest, by {@link System#nanoTime}
 * @param endNanos when it began to be lifted
 * @param proof what shows that it happened
 */
record FaultRecord(
    String kind, Set<String> victims, long startNanos, long endNanos, Optional<String> proof) {}
