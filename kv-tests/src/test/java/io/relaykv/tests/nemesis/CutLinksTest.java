package io.relaykv.tests.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CutLinksTest {
  private final CutLinks cut = new CutLinks();

  @Test
  void aLinkIsFreeWhenNobodyHoldsItAnyMore() {
    cut.hold("unplug", "n1", "n2");
    cut.hold("flap", "n2", "n1");
    cut.hold("flap", "n2", "n1");
    assertThat(cut.release("flap", "n2", "n1")).isFalse();
    assertThat(cut.release("flap", "n2", "n3")).isTrue();
    assertThat(cut.release("unplug", "n1", "n2")).isTrue();
  }
}
