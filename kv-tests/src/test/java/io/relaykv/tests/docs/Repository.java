package io.relaykv.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

  /** What nodes, clients and the shell are made of. */
  static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : modules()) {
      if (module.matches("kv-(protocol|client|statemachine|server|shell)")) {
        sources.addAll(files(module + "/src/main/java", ".java"));
      }
    }
    return sources;
  }

  /** The scripts that people run, and what these read. */
  static List<Path> scripts() throws IOException {
    List<Path> scripts = new ArrayList<>(files("deploy/bin", ""));
    scripts.addAll(files("deploy/lib", ".sh"));
    try (Stream<Path> beside = Files.list(ROOT.resolve("deploy"))) {
      beside.filter(Files::isExecutable).filter(Files::isRegularFile).forEach(scripts::add);
    }
    return scripts;
  }

  /** The files below a directory that end so, without what a build has made. */
  static List<Path> files(String directory, String... endings) throws IOException {
    Path start = ROOT.resolve(directory);
    if (!Files.exists(start)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(start)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .filter(file -> !file.startsWith(start.resolve("target")))
          .toList();
    }
  }

  /** A fenced block of a document. */
  record Block(String language, String text) {}

  /** The fenced blocks, in order. */
  static List<Block> blocks(String file) throws IOException {
    return Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$")
        .matcher(read(file))
        .results()
        .map(found -> new Block(found.group(1), found.group(2)))
        .toList();
  }

  /** The fenced blocks of that language, in order. */
  static List<String> blocks(String file, String language) throws IOException {
    return blocks(file).stream()
        .filter(block -> block.language().equals(language))
        .map(Block::text)
        .toList();
  }
}
