package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The example of docs/testkit.md is {@link FlagsIT}, which runs. */
class TestingExampleTest {
  private static final String EXAMPLE = "kv-tests/src/test/java/io/relaykv/tests/docs/FlagsIT.java";

  @Test
  void theExampleForUsersIsOneThatRuns() throws IOException {
    String source = Repository.read(EXAMPLE);
    assertThat(Repository.blocks("docs/testkit.md", "java"))
        .contains(source.substring(source.indexOf("import ")));
  }
}
