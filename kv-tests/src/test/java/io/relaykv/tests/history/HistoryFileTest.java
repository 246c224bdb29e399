package io.relaykv.tests.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryFileTest {
  private static final Operation PUT =
      new Operation(
          3,
          "acme",
          OpKind.PUT,
          "k7",
          "3-17 \"\u20ac\"\n",
          1893908123456L,
          1893909000001L,
          Outcome.UNKNOWN,
          "n2",
          4,
          "deadline");
  private static final Operation GET =
      new Operation(4, null, OpKind.GET, "k7", null, -5, 7, Outcome.OK, null, null, null);

  private Path file;

  @BeforeEach
  void inAFile(@TempDir Path directory) {
    file = directory.resolve("history.jsonl");
  }

  @Test
  void operationsAreReadAsTheyWereWritten() throws IOException {
    HistoryFile.write(file, List.of(PUT, GET));
    assertThat(HistoryFile.read(file)).containsExactly(PUT, GET);
  }

  @Test
  void aLineHasExactlyTheNamesThatAreDocumented() throws IOException {
    HistoryFile.write(file, List.of(PUT, GET));
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"client\":3,\"account\":\"acme\",\"op\":\"put\",\"key\":\"k7\","
                + "\"value\":\"3-17 \\\"\u20ac\\\"\\n\",\"call\":1893908123456,"
                + "\"return\":1893909000001,\"outcome\":\"unknown\",\"node\":\"n2\","
                + "\"attempt\":4,\"err\":\"deadline\"}",
            "{\"client\":4,\"op\":\"get\",\"key\":\"k7\",\"call\":-5,\"return\":7,\"outcome\":\"ok\"}");
  }

  @Test
  void whatElseIsInALineIsNotRead() throws IOException {
    Files.writeString(
        file,
        """
        {"rev":[7,{"client":9}],"client":4,"op":"get","key":"k7","value":null,"call":-5,"return":7,"outcome":"ok"}
        """);
    assertThat(HistoryFile.read(file)).containsExactly(GET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"client\":3          | \"client\":3.5     | \"client\" is not a whole number",
        "\"client\":3          | \"client\":3000000000 | \"client\" is too large: 3000000000",
        "\"client\":3,         |                    | \"client\" is missing",
        "\"op\":\"put\"        | \"op\":\"PUT\"     | \"op\" is PUT, not one of put, get, delete",
        "\"op\":\"put\"        | \"op\":\"get\",\"op\":\"put\" | not JSON: Duplicate field 'op'",
        "\"op\":\"put\"        | \"op\":\"delete\"  | a delete with the value 3-17",
        "\"key\":\"k7\"        | \"key\":7          | \"key\" is not a string",
        "\"key\":\"k7\"        | \"key\":null       | \"key\" is missing",
        "\"value\":\"3-17\"    | \"value\":null     | a put without a value",
        "\"return\":20         | \"return\":10      | it returned at 10, not after its call at 10",
        "\"return\":20         | \"returned\":20    | \"return\" is missing",
        "\"outcome\":\"ok\"    | \"outcome\":\"maybe\" | \"outcome\" is maybe, not one of ok, fail, unknown",
        "\"outcome\":\"ok\"}   | \"outcome\":\"o    | not JSON: Unexpected end-of-input",
        "\"outcome\":\"ok\"}   | \"outcome\":\"ok\"}{} | something follows the operation",
        "{\"client\":3         | [{\"client\":3     | not a JSON object",
      })
  void badInputIsNamedWithFileAndLine(String right, String wrong, String complaint)
      throws IOException {
    String line =
        "{\"client\":3,\"op\":\"put\",\"key\":\"k7\",\"value\":\"3-17\",\"call\":10,\"return\":20,\"outcome\":\"ok\"}\n";
    Files.writeString(file, line + line.replace(right, wrong == null ? "" : wrong));
    assertThatExceptionOfType(BadHistoryException.class)
        .isThrownBy(() -> HistoryFile.read(file))
        .withMessageStartingWith(file + ":2: " + complaint);
  }

  @Test
  void anEmptyLineIsBadInput() throws IOException {
    Files.writeString(file, "\n");
    assertThatExceptionOfType(BadHistoryException.class)
        .isThrownBy(() -> HistoryFile.read(file))
        .withMessage(file + ":1: not a JSON object");
  }

  @Test
  void bytesThatAreNoTextAreBadInput() throws IOException {
    Files.write(file, new byte[] {'{', '"', (byte) 0xff, '"', '}', '\n'});
    assertThatExceptionOfType(BadHistoryException.class)
        .isThrownBy(() -> HistoryFile.read(file))
        .withMessage(file + ": not UTF-8 after line 0");
  }

  @Test
  void aSavedHistoryIsCheckedAgainByACommand() throws IOException {
    HistoryFile.write(file, List.of(Ops.put(1, "a", 0, 1), Ops.get(2, "a", 2, 3)));
    assertThat(check())
        .isEqualTo(
            """
            put: 1 ok, 0 fail, 0 unknown; get: 1 ok, 0 fail, 0 unknown; delete: 0 ok, 0 fail, 0 unknown
            linearizable: 2 operations on 1 keys, found in 2 steps
            exit 0
            """);
    HistoryFile.write(file, List.of(Ops.put(1, "a", 0, 1), Ops.get(2, null, 2, 3)));
    assertThat(check()).contains("NOT linearizable: key k\n").endsWith("exit 1\n");
    HistoryFile.write(file, List.of());
    assertThat(check()).contains("bad input: no operations").endsWith("exit 2\n");
    Files.writeString(file, "?");
    assertThat(check()).contains("bad input: " + file + ":1: not JSON").endsWith("exit 2\n");
    Files.delete(file);
    assertThat(check()).contains("bad input: cannot read " + file).endsWith("exit 2\n");
  }

  private String check() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printer = new PrintStream(out, true, StandardCharsets.UTF_8);
    printer.println("exit " + CheckHistory.check(file, printer));
    return out.toString(StandardCharsets.UTF_8);
  }
}
