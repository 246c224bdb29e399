package io.relaykv.testkit;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class SkippedTest {
  @AfterEach
  void forget() {
    System.clearProperty(Skipped.ALLOWED);
  }

  @Test
  void whatIsNotAllowedFailsAndSaysHowToAllowIt() {
    System.setProperty(Skipped.ALLOWED, "something-else");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Skipped.skip("full-disk", "no user namespaces"))
        .withMessage(
            "SKIPPED: full-disk: no user namespaces. If this machine need not test it: "
                + "-Drelaykv.tests.allow-skipped=full-disk");
  }

  @Test
  void whatIsAllowedCountsAsSkipped() {
    System.setProperty(Skipped.ALLOWED, "something-else, full-disk");
    assertThatExceptionOfType(TestAbortedException.class)
        .isThrownBy(() -> Skipped.skip("full-disk", "no user namespaces"));
  }
}
