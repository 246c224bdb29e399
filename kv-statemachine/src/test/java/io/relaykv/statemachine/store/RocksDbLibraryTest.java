package io.relaykv.statemachine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDbLibraryTest {
  private static final int HALTED = 7;

  @TempDir private Path directory;

  /** Ends as by SIGKILL, after it has opened a database. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) {
      KvStore.open(Path.of(args[0])).claim("a cluster");
      Runtime.getRuntime().halt(HALTED);
    }
  }

  @Test
  void aProcessThatIsKilledLeavesNothingInTheDirectoryForTemporaryFiles() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Process process = open(temporary);
    assertThat(process.waitFor()).as(output(process)).isEqualTo(HALTED);
    assertThat(directory.resolve("db")).isNotEmptyDirectory();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatCannotBeUsedIsNamedWithTheWayOut() throws Exception {
    Process process = open(directory.resolve("missing"));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output(process))
        .contains("RocksDB's library cannot be loaded from " + directory.resolve("missing"))
        .contains("-Djava.io.tmpdir=DIR");
  }

  private Process open(Path temporary) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            Killed.class.getName(),
            directory.resolve("db").toString())
        .redirectErrorStream(true)
        .start();
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
