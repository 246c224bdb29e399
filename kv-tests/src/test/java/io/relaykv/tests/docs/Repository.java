package io.relaykv.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checkout that the tests run in, and the fenced blocks of its documents. */
public final class Repository {
  /** Where the checkout is. */
  public static final Path ROOT = root();

  private Repository() {}

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
    }
    return directory;
  }

  static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  /** The modules of the build. */
  static List<String> modules() throws IOException {
    return Pattern.compile("<module>(.*?)</module>")
        .matcher(read("pom.xml"))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** The fenced blocks of that language, in order. */
  static List<String> blocks(String file, String language) throws IOException {
    Matcher matcher = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(read(file));
    List<String> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }
}
