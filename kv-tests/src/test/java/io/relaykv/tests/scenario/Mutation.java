package io.relaykv.tests.scenario;

import io.relaykv.tests.mutation.Bug;
import io.relaykv.tests.workload.Outcomes;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A known bug that is put back for a run.
 *
 * @param nodes what the nodes' JVMs are started with, given a directory for its files
 * @param outcomes what clients take an exception for
 */
record Mutation(String name, Function<Path, List<String>> nodes, Outcomes outcomes) {
  /** The product as it is. */
  static final Mutation NONE = new Mutation("", directory -> List.of(), Outcomes.TRUE);

  static Mutation of(Bug bug) {
    return new Mutation(bug.name(), bug::jvmArguments, failure -> bug.reported(failure).outcome());
  }
}
