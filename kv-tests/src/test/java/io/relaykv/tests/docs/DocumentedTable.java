package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table in a document that has a row for each thing of a kind that the code declares. */
final class DocumentedTable {
  private DocumentedTable() {}

  /**
   * Compares the table under that line of headings with the rows that it should have; {@code
   * -Drelaykv.docs=write} writes them there.
   */
  static void assertLists(String document, String headings, List<String> rows) throws IOException {
    String text = Repository.read(document);
    Matcher table =
        Pattern.compile("(?m)^" + Pattern.quote(headings) + "\\n[|-]+\\n((\\|.*\\n)*)")
            .matcher(text);
    assertThat(table.find()).as("a table in %s with %s", document, headings).isTrue();
    String expected = String.join("\n", rows) + "\n";
    if ("write".equals(System.getProperty("relaykv.docs"))) {
      Files.writeString(
          Repository.ROOT.resolve(document),
          text.substring(0, table.start(1)) + expected + text.substring(table.end(1)));
      return;
    }
    assertThat(table.group(1))
        .as("the table in %s, which -Drelaykv.docs=write writes", document)
        .isEqualTo(expected);
  }
}
