package io.relaykv.tests.upgrade;

import io.relaykv.testkit.node.FaultyNodeMain;
import io.relaykv.tests.mutation.ChangingAgent;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;

/**
 * Runs in the process of a node, and makes it one of the {@link NextBuild} if that is installed on
 * it. Public because the JVM calls it.
 */
public final class NextBuildAgent {
  private static final String WHAT = "The next version";

  private NextBuildAgent() {}

  /** Called by the JVM before the node starts, with the directory of the build. */
  public static void premain(String directory, Instrumentation instrumentation) {
    ChangingAgent.orEnd(
        WHAT,
        () -> {
          String node = System.getenv(FaultyNodeMain.NODE);
          if (NextBuild.isInstalledOn(node, Path.of(directory))) {
            new ChangingAgent(WHAT, NextBuild.CHANGES, NextBuild::announcement)
                .putIn(instrumentation);
          }
        });
  }
}
