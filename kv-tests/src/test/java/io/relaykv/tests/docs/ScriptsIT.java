package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of deploy/local-cluster.sh, which play a server and a shell of their own. */
class ScriptsIT {
  @Test
  void localClusterKeepsItsContract(@TempDir Path directory) throws Exception {
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder("deploy/test/local-cluster-test.sh")
            .directory(Repository.ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    String printed = Files.readString(output);
    assertThat(ended).as(printed).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
  }
}
