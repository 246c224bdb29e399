package io.relaykv.tests.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A run in which everything held.
 *
 * @param operations of all clients
 * @param ok acknowledged, or read
 * @param unknown of unknown outcome
 * @param ledger acknowledged puts of keys that are put once; all of them were there at the end
 * @param longestOutage after a fault was lifted, until operations were acknowledged again
 * @param took from start to verdict
 */
record RunReport(
    Scenario scenario,
    long seed,
    long operations,
    long ok,
    long unknown,
    long ledger,
    List<FaultRecord> faults,
    Duration longestOutage,
    Duration took) {

  String summary() {
    return String.format(
        Locale.ROOT,
        "%s, seed %d: %,d operations (%,d ok, %,d unknown), %,d in the ledger, back within %.1f s; linearizable, nothing lost, replicas agree; %d s",
        scenario,
        seed,
        operations,
        ok,
        unknown,
        ledger,
        longestOutage.toMillis() / 1000.0,
        took.toSeconds());
  }

  String proofs() {
    return faults.stream()
        .map(
            fault ->
                "  %s on %s: %s"
                    .formatted(
                        fault.kind(),
                        fault.victims().isEmpty()
                            ? "the cluster"
                            : "%s (%s)".formatted(fault.target(), fault.roles()),
                        fault.proof().orElse("no proof")))
        .collect(Collectors.joining("\n"));
  }
}
