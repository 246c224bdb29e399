package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.v1.Delete;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Put;
import io.relaykv.protocol.v1.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
  private static final String LONGEST_KEY = "k".repeat(Limits.MAX_KEY_BYTES);
  private static final String TOO_LONG = LONGEST_KEY + "k";

  @Test
  void aPutGoesIntoTheLogInCanonicalForm() {
    Write write = Requests.checkedWrite(put(3, "k", " { \"b\" : 1.0 , \"a\" : [ ] } "));

    assertThat(write.getSequence()).isEqualTo(3);
    assertThat(write.getKey()).isEqualTo("k");
    assertThat(write.getPut().toStringUtf8()).isEqualTo("{\"b\":1.0,\"a\":[]}");
  }

  @Test
  void aDeleteGoesIntoTheLog() {
    Write write = Requests.checkedWrite(delete(3, "k"));

    assertThat(write.getKey()).isEqualTo("k");
    assertThat(write.hasDelete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, Long.MAX_VALUE})
  void sequenceNumbersStartAtOne(long sequence) {
    assertThat(Requests.checkedWrite(delete(sequence, "k")).getSequence()).isEqualTo(sequence);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void refusesAWriteWithoutASequenceNumber(long sequence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Requests.checkedWrite(delete(sequence, "k")))
        .withMessage("a write needs a sequence number from 1, not " + sequence);
  }

  @Test
  void aKeyHasAtMost512Characters() {
    assertThat(Requests.checkedWrite(put(1, LONGEST_KEY, "1")).getKey()).isEqualTo(LONGEST_KEY);
    assertThat(Requests.checkedWrite(delete(1, LONGEST_KEY)).getKey()).isEqualTo(LONGEST_KEY);
    assertThatCode(() -> Requests.check(get(LONGEST_KEY))).doesNotThrowAnyException();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Requests.checkedWrite(put(1, TOO_LONG, "1")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Requests.checkedWrite(delete(1, TOO_LONG)));
    assertThatIllegalArgumentException().isThrownBy(() -> Requests.check(get(TOO_LONG)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ä", "a\u0000", "a:b"})
  void refusesWhatIsNoKey(String key) {
    assertThatIllegalArgumentException().isThrownBy(() -> Requests.checkedWrite(put(1, key, "1")));
    assertThatIllegalArgumentException().isThrownBy(() -> Requests.checkedWrite(delete(1, key)));
    assertThatIllegalArgumentException().isThrownBy(() -> Requests.check(get(key)));
  }

  @Test
  void aValueHasAtMostOneMebibyteInCanonicalForm() {
    String largest = '"' + "v".repeat(Limits.MAX_VALUE_BYTES - 2) + '"';
    assertThat(Requests.checkedWrite(put(1, "k", "  " + largest + "  ")).getPut().size())
        .as("blanks do not count")
        .isEqualTo(Limits.MAX_VALUE_BYTES);

    String larger = '"' + "v".repeat(Limits.MAX_VALUE_BYTES - 1) + '"';
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Requests.checkedWrite(put(1, "k", larger)))
        .withMessage("value has 1048577 bytes; the limit is 1048576");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "1 2", "nul", "'a'", "[1,]"})
  void refusesWhatIsNotJson(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Requests.checkedWrite(put(1, "k", value)));
  }

  @Test
  void aPageHasAtMostTenThousandKeys() {
    assertThatCode(() -> Requests.check(keys("", "", 0))).doesNotThrowAnyException();
    assertThatCode(() -> Requests.check(keys("", "", Limits.MAX_PAGE_KEYS)))
        .doesNotThrowAnyException();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Requests.check(keys("", "", Limits.MAX_PAGE_KEYS + 1)))
        .withMessage("a page of 10001 keys was asked for; at most 10000 are given");
    assertThatIllegalArgumentException()
        .as("the largest number without a sign")
        .isThrownBy(() -> Requests.check(keys("", "", -1)))
        .withMessageStartingWith("a page of 4294967295 keys");
  }

  @Test
  void aPageBeginsBehindAKeyAndWithAPrefix() {
    assertThatCode(() -> Requests.check(keys(LONGEST_KEY, LONGEST_KEY, 1)))
        .doesNotThrowAnyException();

    assertThatIllegalArgumentException().isThrownBy(() -> Requests.check(keys(TOO_LONG, "", 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> Requests.check(keys("", TOO_LONG, 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> Requests.check(keys("a b", "", 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> Requests.check(keys("", "a b", 1)));
  }

  private static Request put(long sequence, String key, String value) {
    return Request.newBuilder()
        .setSequence(sequence)
        .setPut(Put.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value)))
        .build();
  }

  private static Request delete(long sequence, String key) {
    return Request.newBuilder()
        .setSequence(sequence)
        .setDelete(Delete.newBuilder().setKey(key))
        .build();
  }

  private static Request get(String key) {
    return Request.newBuilder().setGet(Get.newBuilder().setKey(key)).build();
  }

  private static Request keys(String prefix, String after, int limit) {
    return Request.newBuilder()
        .setKeys(Keys.newBuilder().setPrefix(prefix).setAfter(after).setLimit(limit))
        .build();
  }
}
