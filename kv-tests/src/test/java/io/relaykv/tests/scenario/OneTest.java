package io.relaykv.tests.scenario;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Another test, run in a JVM of its own in which, as in those that it starts, something is changed.
 */
final class OneTest {
  // None that a JVM has by itself, as when it cannot start.
  private static final int PASSED = 10;
  private static final int FAILED = 11;
  private static final int NOT_RUN = 12;
  private static final long MINUTES = 5;

  private static final String FAILURE = "Failed: ";

  private OneTest() {}

  /**
   * What came of it.
   *
   * @param failures what did not hold, in one line each
   * @param nodes all that its nodes have printed: its own output if it has them in its JVM
   */
  record Result(boolean hasPassed, List<String> failures, String nodes) {}

  /**
   * Runs it.
   *
   * @param test its class, or {@code class#method(types)}
   * @param jvmArguments of its JVM and of all that it starts
   * @param directory for what it prints and all its files; empty
   * @throws IllegalStateException if it has neither passed nor failed
   */
  static Result run(String test, List<String> jvmArguments, Path directory)
      throws IOException, InterruptedException {
    Path log = directory.resolve("output.txt");
    Path files = Files.createDirectory(directory.resolve("tmp"));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + files,
                // What its nodes have printed is still needed.
                "-Djunit.jupiter.tempdir.cleanup.mode.default=NEVER",
                "-cp",
                System.getProperty("java.class.path"),
                OneTest.class.getName(),
                test)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_TOOL_OPTIONS", String.join(" ", jvmArguments));
    Process process = builder.start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(test + " has not ended within " + MINUTES + " minutes");
    }
    int exitCode = process.exitValue();
    if (exitCode != PASSED && exitCode != FAILED) {
      throw new IllegalStateException(
          "%s has not run: exit code %d, see %s".formatted(test, exitCode, log));
    }
    String output = Files.readString(log);
    String ofProcesses = NodeLogs.below(files);
    return new Result(
        exitCode == PASSED, failures(output), ofProcesses.isEmpty() ? output : ofProcesses);
  }

  private static List<String> failures(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith(FAILURE))
        .map(line -> line.substring(FAILURE.length()))
        .toList();
  }

  /** Runs the one test that it is given the name of. */
  public static void main(String[] args) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(args[0].contains("#") ? selectMethod(args[0]) : selectClass(args[0]))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    summary
        .getFailures()
        .forEach(failure -> System.out.println(FAILURE + inOneLine(failure.getException())));
    int exitCode =
        summary.getTestsStartedCount() == 0
            ? NOT_RUN
            : summary.getTotalFailureCount() == 0 ? PASSED : FAILED;
    // Whatever threads the test has left.
    Runtime.getRuntime().halt(exitCode);
  }

  private static String inOneLine(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
