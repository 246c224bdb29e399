package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tests that a document names for what it says are there, and marked as they are run: in
 * italics if {@code ./mvnw verify} leaves them out, with a plus if it leaves out a part of them.
 */
class NamedTestsTest {
  private static final Pattern NAMED =
      Pattern.compile("(\\*)?`([A-Z]\\w*(?:Test|IT))(?:#\\w+)?`(?:\\*|(\\+))?");

  @ParameterizedTest
  @ValueSource(strings = {"docs/guarantees.md", "docs/security.md"})
  void eachIsThereAndMarkedAsItIsRun(String page) throws IOException {
    List<String> shown = new ArrayList<>();
    List<String> right = new ArrayList<>();
    Matcher row = Pattern.compile("(?m)^\\| .*$").matcher(Repository.read(page));
    while (row.find()) {
      Matcher named = NAMED.matcher(row.group());
      while (named.find()) {
        shown.add(named.group());
        right.add(marked(named.group(2)));
      }
    }
    assertThat(shown).hasSizeGreaterThan(20).isEqualTo(right);
  }

  private static String marked(String test) throws IOException {
    String source = Files.readString(source(test));
    String leftOut = "@Tag\\(\"(%s)\"\\)".formatted(leftOut());
    if (Pattern.compile("(?m)^" + leftOut).matcher(source).find()) {
      return "*`" + test + "`*";
    }
    return "`" + test + (Pattern.compile("(?m)^ +" + leftOut).matcher(source).find() ? "`+" : "`");
  }

  /** The tags that the build leaves out unless a profile asks for them. */
  private static String leftOut() throws IOException {
    Matcher groups =
        Pattern.compile("<it\\.groups>!\\(([a-z| ]+)\\)<").matcher(Repository.read("pom.xml"));
    assertThat(groups.find()).isTrue();
    return groups.group(1).replace(" ", "");
  }

  private static Path source(String test) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String module : Repository.modules()) {
      found.addAll(Repository.files(module + "/src/test/java", "/" + test + ".java"));
    }
    assertThat(found).as(test).hasSize(1);
    return found.get(0);
  }
}
