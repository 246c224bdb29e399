package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What documents, scripts and messages say to look at is there. */
class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern PAGE = Pattern.compile("\\bdocs/[\\w/-]+\\.md\\b");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      LINK.matcher(withoutCode(Files.readString(document)))
          .results()
          .filter(link -> !link.group(1).contains("://"))
          .filter(link -> !leadsSomewhere(document, link.group(1), link.group(2)))
          .forEach(link -> broken.add(Repository.ROOT.relativize(document) + link.group()));
    }
    assertThat(broken).isEmpty();
  }

  /** Of docs, packages have the pages and the examples, and nothing from beside it. */
  @Test
  void whatIsPackagedLinksToNothingElse() throws IOException {
    Path docs = Repository.ROOT.resolve("docs");
    List<String> elsewhere = new ArrayList<>();
    for (Path document : Repository.files("docs", ".md")) {
      LINK.matcher(withoutCode(Files.readString(document)))
          .results()
          .filter(link -> !link.group(1).contains("://"))
          .filter(link -> !isPackaged(docs, document.resolveSibling(link.group(1)).normalize()))
          .forEach(link -> elsewhere.add(Repository.ROOT.relativize(document) + link.group()));
    }
    assertThat(elsewhere).isEmpty();
  }

  private static boolean isPackaged(Path docs, Path there) {
    return there.startsWith(docs)
        && (Files.isDirectory(there) || there.toString().matches(".*\\.(md|java)"));
  }

  @Test
  void everyPageIsOneThatAReaderComesTo() throws IOException {
    Set<Path> reached = new HashSet<>();
    List<Path> next = new ArrayList<>(List.of(Repository.ROOT.resolve("README.md")));
    while (!next.isEmpty()) {
      Path document = next.remove(next.size() - 1);
      if (reached.add(document)) {
        LINK.matcher(withoutCode(Files.readString(document)))
            .results()
            .map(link -> document.resolveSibling(link.group(1)).normalize())
            .flatMap(DocumentLinksTest::documents)
            .forEach(next::add);
      }
    }
    assertThat(reached).containsAll(Repository.files("docs", ".md"));
  }

  @Test
  void everyPageThatIsNamedIsThere() throws IOException {
    List<Path> naming = new ArrayList<>(Repository.files("deploy", ".yml", ".sh", ".conf"));
    for (String module : Repository.modules()) {
      naming.addAll(Repository.files(module + "/src/main", ".java"));
    }
    Set<String> named = new HashSet<>();
    for (Path file : naming) {
      PAGE.matcher(Files.readString(file)).results().forEach(found -> named.add(found.group()));
    }
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(page -> assertThat(Repository.ROOT.resolve(page)).exists());
  }

  private static boolean leadsSomewhere(Path from, String path, String anchor) {
    Path there = path.isEmpty() ? from : from.resolveSibling(path).normalize();
    return Files.exists(there) && (anchor == null || anchors(there).contains(anchor));
  }

  /** A link to a directory is one to all that is in it. */
  private static Stream<Path> documents(Path there) {
    try {
      return Files.isDirectory(there)
          ? Repository.files(Repository.ROOT.relativize(there).toString(), ".md").stream()
          : Stream.of(there).filter(file -> file.toString().endsWith(".md"));
    } catch (IOException e) {
      throw new IllegalStateException(there.toString(), e);
    }
  }

  /** What GitHub makes of headings: lower case, blanks to dashes, no punctuation. */
  private static Set<String> anchors(Path document) {
    try {
      return withoutFences(Files.readString(document))
          .lines()
          .filter(line -> line.matches("#+ .*"))
          .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
          .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new IllegalStateException(document.toString(), e);
    }
  }

  private static String withoutCode(String text) {
    return withoutFences(text).replaceAll("`[^`]*`", "");
  }

  private static String withoutFences(String text) {
    return text.replaceAll("(?ms)^```.*?^```$", "");
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    documents.addAll(Repository.files("docs", ".md"));
    documents.addAll(Repository.files("deploy", ".md"));
    try (Stream<Path> beside = Files.list(Repository.ROOT)) {
      beside.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
    return documents;
  }
}
