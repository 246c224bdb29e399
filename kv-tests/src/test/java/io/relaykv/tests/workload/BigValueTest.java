package io.relaykv.tests.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BigValueTest {
  @Test
  void isKnownByWhatIsUniqueHoweverLongItIs() {
    assertThat(BigValue.unique(BigValue.of("7-1", 0))).contains("7-1");
    assertThat(BigValue.unique(BigValue.of("7-1", 1))).contains("7-1");
    assertThat(BigValue.unique(BigValue.of("7-1", 99_999))).contains("7-1");
  }

  @Test
  void isNoneIfItIsNotWhole() {
    String whole = BigValue.of("7-1", 100);
    assertThat(BigValue.unique(whole.substring(0, 50))).isEmpty();
    assertThat(BigValue.unique(whole + "x")).isEmpty();
    assertThat(BigValue.unique(whole.substring(0, whole.length() - 1) + "y")).isEmpty();
    assertThat(BigValue.unique("7-1")).isEmpty();
  }
}
