package io.relaykv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class KvObjectBuilderTest {
  @Test
  void keepsMembersInOrder() {
    KvValue object =
        KvValue.object()
            .put("z", "text")
            .put("long", 42)
            .put("double", 0.5)
            .put("boolean", true)
            .put("a", KvValue.array(KvValue.ofNull()))
            .build();
    assertThat(object)
        .hasToString("{\"z\":\"text\",\"long\":42,\"double\":0.5,\"boolean\":true,\"a\":[null]}");
  }

  @Test
  void theLastValueOfAMemberStandsInItsFirstPlace() {
    assertThat(KvValue.object().put("a", 1).put("b", 2).put("a", 3).build())
        .hasToString("{\"a\":3,\"b\":2}");
  }

  @Test
  void goesOnWithoutChangingWhatItBuilt() {
    KvObjectBuilder builder = KvValue.object().put("a", 1);
    KvValue first = builder.build();
    assertThat(builder.put("a", 2).build()).hasToString("{\"a\":2}");
    assertThat(first).hasToString("{\"a\":1}");
  }

  @Test
  void refusesWhatIsNoMember() {
    assertThatNullPointerException().isThrownBy(() -> KvValue.object().put(null, 1));
    assertThatNullPointerException().isThrownBy(() -> KvValue.object().put("a", (KvValue) null));
    assertThatIllegalArgumentException().isThrownBy(() -> KvValue.object().put("a", Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KvValue.object().put("\ud800", 1).build());
  }
}
