package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.fail;

import io.relaykv.tests.scenario.Trap.End;
import io.relaykv.tests.scenario.Trap.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the end of a test is read that runs in a JVM of its own. */
class TestTrapTest {
  private static final Pattern OLD_VALUE = Pattern.compile("^\\[after a restart\\] .*old");

  /** What is run. */
  static final class Sample {
    @Test
    void passes() {
      System.out.println("n1 leads");
    }

    @Test
    void findsTheOldValue() {
      assertThat("old").as("after a restart").isEqualTo("new");
    }

    @Test
    void hasNoCluster() {
      fail("n1 has not started");
    }

    @Test
    void hasANodeInAProcess(@TempDir Path directory) throws IOException {
      System.out.println("the test says this");
      Path node = Files.createDirectory(directory.resolve("n1"));
      Files.writeString(node.resolve("log"), "n1 follows leader n2");
    }
  }

  private static Run run(String method, Path directory) throws Exception {
    return new TestTrap(Sample.class.getName() + "#" + method, OLD_VALUE)
        .run(Mutation.NONE, 1, directory.resolve("run"));
  }

  @Test
  void itPasses(@TempDir Path directory) throws Exception {
    Run run = run("passes", directory);
    assertThat(run.end()).isEqualTo(End.PASSED);
    assertThat(run.nodes()).as("by nodes in its JVM").contains("n1 leads");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void itFailsByWhatIsExpected(@TempDir Path directory) throws Exception {
    Run run = run("findsTheOldValue", directory);
    assertThat(run.end()).isEqualTo(End.CAUGHT);
    assertThat(run.shown()).startsWith("[after a restart] ").doesNotContain("\n");
  }

  @Test
  void itFailsBySomethingElse(@TempDir Path directory) throws Exception {
    Run run = run("hasNoCluster", directory);
    assertThat(run.end()).isEqualTo(End.FAILED_OTHERWISE);
    assertThat(run.shown()).isEqualTo("n1 has not started");
  }

  @Test
  void itDoesNotRun(@TempDir Path directory) {
    assertThatIllegalStateException()
        .isThrownBy(() -> run("isCalledSomethingElse", directory))
        .withMessageContaining("has not run: exit code ");
  }

  @Test
  void whatNodesInProcessesOfTheirOwnSayIsFound(@TempDir Path directory) throws Exception {
    Run run = run("hasANodeInAProcess(java.nio.file.Path)", directory);
    assertThat(run.end()).isEqualTo(End.PASSED);
    assertThat(run.nodes()).isEqualTo("n1 follows leader n2");
  }
}
