package io.relaykv.server.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Writes to the disk what the operating system may still have in memory only. */
final class Fsync {
  private Fsync() {}

  /** The content of all files in {@code directory}, and their names. */
  static void allIn(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      force(file);
    }
    force(directory);
  }

  /** The content of {@code file}. */
  static void file(Path file) throws IOException {
    force(file);
  }

  /** The names in {@code directory}. */
  static void directory(Path directory) throws IOException {
    force(directory);
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
