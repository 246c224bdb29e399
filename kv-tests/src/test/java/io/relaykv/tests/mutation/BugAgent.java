package io.relaykv.tests.mutation;

import java.lang.instrument.Instrumentation;

/**
 * Runs in the process of a node, and puts a {@link Bug} into its classes as they are loaded. Public
 * because the JVM calls it.
 */
public final class BugAgent {
  private BugAgent() {}

  /** Called by the JVM before the node starts, with the name of the bug. */
  public static void premain(String bug, Instrumentation instrumentation) {
    ChangingAgent.orEnd("The bug " + bug, () -> putIn(Bug.valueOf(bug), instrumentation));
  }

  /**
   * @throws IllegalStateException if it does not fit the code, or comes too late
   */
  static void putIn(Bug bug, Instrumentation instrumentation) {
    new ChangingAgent("The bug " + bug.name(), bug.changes(), bug::announcement)
        .putIn(instrumentation);
  }
}
