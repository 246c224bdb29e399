package io.relaykv.protocol;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ValueRulesTest {
  @Test
  void acceptsUpToOneMebibyte() {
    assertThatCode(() -> ValueRules.checkSize(1)).doesNotThrowAnyException();
    assertThatCode(() -> ValueRules.checkSize(1_048_576)).doesNotThrowAnyException();
  }

  @Test
  void saysHowLargeATooLargeValueIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ValueRules.checkSize(1_048_577))
        .withMessage("value has 1048577 bytes; the limit is 1048576");
  }
}
