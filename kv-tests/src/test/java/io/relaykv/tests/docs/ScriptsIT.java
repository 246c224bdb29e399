package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of the scripts in deploy. */
class ScriptsIT {
  /** They play what they need of servers, shells, hosts and Javas themselves. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "certs",
        "class-data",
        "cluster",
        "kv-server",
        "local-cluster",
        "new-cluster",
        "unit"
      })
  void itsTestPasses(String script, @TempDir Path directory) throws Exception {
    assertPasses("deploy/test/%s-test.sh".formatted(script), directory);
  }

  /** With hosts of their own, and systemd on some; as root alone. */
  @Test
  @Tag("thorough")
  void clusterKeepsItsContractOnHosts(@TempDir Path directory) throws Exception {
    String printed = assertPasses("deploy/test/fleet-test.sh", directory);
    Assumptions.assumeFalse(printed.contains("SKIPPED: fleet-test.sh: "), printed);
  }

  private static String assertPasses(String script, Path directory) throws Exception {
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(script)
            .directory(Repository.ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    String printed = Files.readString(output);
    assertThat(ended).as(printed).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    printed.lines().filter(line -> line.startsWith("SKIPPED")).forEach(System.err::println);
    return printed;
  }
}
