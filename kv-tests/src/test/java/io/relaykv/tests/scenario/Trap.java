package io.relaykv.tests.scenario;

import java.nio.file.Path;

/** What a bug must be caught by: it fails by what the bug does, and passes without it. */
interface Trap {
  /** How a run ended. */
  enum End {
    PASSED,
    /** By what the bug does. */
    CAUGHT,
    /** Nothing is known to be wrong, but it shows too little, as on a machine that is busy. */
    TOO_WEAK,
    /** By something else, such as a cluster that did not start: that shows nothing. */
    FAILED_OTHERWISE
  }

  /**
   * A run.
   *
   * @param shown for people: by what it ended so
   * @param nodes all that its nodes have printed, but for a scenario that passed without a bug
   */
  record Run(End end, String shown, String nodes) {}

  /**
   * Runs it.
   *
   * @param mutation the bug, or none
   * @param seed of all that is drawn
   * @param directory for what it leaves behind
   */
  Run run(Mutation mutation, int seed, Path directory) throws Exception;
}
