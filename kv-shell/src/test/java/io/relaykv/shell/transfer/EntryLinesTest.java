package io.relaykv.shell.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.client.KvValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryLinesTest {
  @Test
  void readsEntriesAndCountsLinesAndBytes() {
    List<EntryLine> lines =
        lines(
            "{\"key\":\"a\",\"value\":1}\n\n  \r\n{ \"value\" : \"é\" , \"key\" : \"b\" }\r\n{\"key\":\"c\",\"value\":null}");
    assertThat(lines)
        .containsExactly(
            entry(1, 22, "a", KvValue.of(1)),
            entry(4, 61, "b", KvValue.of("é")),
            entry(5, 85, "c", KvValue.ofNull()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                | an object is expected",
        "{\"key\":\"a\"}                   | the members are [key]; an entry has \"key\" and \"value\"",
        "{\"key\":\"a\",\"value\":1,\"ttl\":3} | the members are [key, value, ttl]; an entry has \"key\" and \"value\"",
        "{\"key\":1,\"value\":1}           | \"key\" is not a string",
        "{\"key\":\"\",\"value\":1}        | key \"\" is empty; it must have 1 to 512 characters",
        "{\"key\":\"a b\",\"value\":1}     | key \"a b\" has \" \" at position 2; allowed are a-z A-Z 0-9 _ - . = /",
        "{\"key\":\"a\",\"value\":01}      | a number has a superfluous leading zero",
        "{\"key\":\"a\",\"value\":\"\\ud800\"} | half a surrogate pair in a string"
      })
  void saysWhatIsWrongWithALineAndReadsOn(String json, String problem) {
    List<EntryLine> lines = lines(json + "\n{\"key\":\"a\",\"value\":1}\n");
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).entry()).isEmpty();
    assertThat(lines.get(0).problem()).endsWith(problem);
    assertThat(lines.get(1).entry()).isPresent();
  }

  @Test
  void refusesWhatIsNotUtf8() {
    byte[] latin1 = {'{', '"', (byte) 0xe9, '"', '\n'};
    assertThat(lines(latin1).get(0).problem()).isEqualTo("not UTF-8");
  }

  @Test
  void aValueMayBeAsLargeAndAsDeepAsTheLimit() {
    String deepest = "[".repeat(64) + "]".repeat(64);
    String largest = "\"" + "\\u00e9".repeat((1 << 19) - 1) + "\"";
    List<EntryLine> lines = lines(line(deepest) + line(largest));
    assertThat(lines).allMatch(line -> line.entry().isPresent());

    lines = lines(line("[" + deepest + "]") + line("\"" + "x".repeat((1 << 20) - 1) + "\""));
    assertThat(lines.get(0).problem()).endsWith("nested deeper than 64 levels");
    assertThat(lines.get(1).problem()).isEqualTo("value has 1048577 bytes; the limit is 1048576");
  }

  @Test
  void aLineThatIsFarTooLongIsNotKept() {
    byte[] bytes = (" ".repeat(EntryLines.MAX_LINE_BYTES + 1) + "\n" + line("1")).getBytes(UTF_8);
    List<EntryLine> lines = lines(bytes);
    assertThat(lines.get(0).problem()).isEqualTo("longer than 16 MiB; a value has at most 1 MiB");
    assertThat(lines.get(1)).isEqualTo(entry(2, bytes.length, "k", KvValue.of(1)));
  }

  @Test
  void saysThatItCannotRead() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Input/output error");
          }

          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            return read();
          }
        };
    try (EntryLines lines = new EntryLines(broken)) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(lines::next)
          .withMessage("Input/output error");
    }
  }

  @Test
  void anEntryIsALineThatCanBeReadAgain() {
    Entry entry = new Entry("a/b", KvValue.parse("{\"b\":[1.50,\"\\u00e9\\n\"]}"));
    assertThat(entry.toLine()).isEqualTo("{\"key\":\"a/b\",\"value\":{\"b\":[1.50,\"é\\n\"]}}");
    assertThat(Entry.parse(entry.toLine())).isEqualTo(entry);
  }

  private static String line(String value) {
    return "{\"key\":\"k\",\"value\":%s}\n".formatted(value);
  }

  private static EntryLine entry(long number, long end, String key, KvValue value) {
    return new EntryLine(number, end, Optional.of(new Entry(key, value)), "");
  }

  private static List<EntryLine> lines(String text) {
    return lines(text.getBytes(UTF_8));
  }

  private static List<EntryLine> lines(byte[] bytes) {
    List<EntryLine> all = new ArrayList<>();
    try (EntryLines lines = new EntryLines(new ByteArrayInputStream(bytes))) {
      lines.next().ifPresent(all::add);
      for (Optional<EntryLine> next = lines.next(); next.isPresent(); next = lines.next()) {
        all.add(next.get());
      }
    }
    return all;
  }
}
