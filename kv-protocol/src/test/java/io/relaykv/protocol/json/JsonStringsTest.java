package io.relaykv.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonStringsTest {
  @Test
  void findsLoneSurrogates() {
    assertThat(JsonStrings.indexOfLoneSurrogate("")).isEqualTo(-1);
    assertThat(JsonStrings.indexOfLoneSurrogate("a\u00e9\ud83d\ude00b")).isEqualTo(-1);
    assertThat(JsonStrings.indexOfLoneSurrogate("a\ud83d")).isEqualTo(1);
    assertThat(JsonStrings.indexOfLoneSurrogate("\ude00a")).isZero();
    assertThat(JsonStrings.indexOfLoneSurrogate("\ud83d\ude00\ude00")).isEqualTo(2);
    assertThat(JsonStrings.indexOfLoneSurrogate("\ud83d\ud83d\ude00")).isZero();
  }
}
