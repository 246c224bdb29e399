package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus' own tool says of the alerts; Debian has it in the package prometheus. */
class AlertRulesIT {
  private static final Path DIRECTORY = Repository.ROOT.resolve("deploy/monitoring");

  @BeforeAll
  static void findTheTool() {
    boolean found =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
    if (!found) {
      System.out.println(
          "SKIPPED: promtool: it is not there, so nobody has checked that Prometheus takes the alerts");
    }
    Assumptions.assumeTrue(found, "promtool is not on the PATH");
  }

  @Test
  void theRulesAreRight(@TempDir Path temp) throws Exception {
    promtool(temp, "check", "rules", "relaykv-alerts.yml");
  }

  /** The histories that deserve an alert, and those that do not. */
  @Test
  void theAlertsAreRaisedWhenTheyShould(@TempDir Path temp) throws Exception {
    promtool(temp, "test", "rules", "relaykv-alerts-test.yml", "relaykv-alerts-days-test.yml");
  }

  private static void promtool(Path temp, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Path output = temp.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(DIRECTORY.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }
}
