package io.relaykv.statemachine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What databases and snapshots need of the file system. */
final class Directories {
  private Directories() {}

  /** Deletes {@code path} and everything below it; nothing happens if it does not exist. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(path)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Makes {@code target} a database of its own from the checkpoint {@code source}: table files
   * never change and are shared by hard links, the others are copied.
   *
   * <p>Whenever the process dies, {@code target} is all of the old database, all of the new one, or
   * not there; what else is left is removed by {@link #deleteLeftovers}.
   */
  static void cloneCheckpoint(Path source, Path target) throws IOException {
    deleteLeftovers(target);
    Path unfinished = unfinished(target);
    Files.createDirectories(unfinished);
    List<Path> files;
    try (Stream<Path> listed = Files.list(source)) {
      files =
          listed
              .filter(file -> SnapshotManifest.isOfDatabase(file.getFileName().toString()))
              .toList();
    }
    for (Path file : files) {
      Path copy = unfinished.resolve(file.getFileName());
      if (file.toString().endsWith(".sst")) {
        Files.createLink(copy, file);
      } else {
        Files.copy(file, copy);
      }
    }
    syncFiles(unfinished);
    if (Files.exists(target)) {
      // File by file it could lose its manifest first, and would then be refused for ever.
      Files.move(target, replaced(target), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    sync(target.resolveSibling("."));
    delete(replaced(target));
  }

  /** Removes what an interrupted {@link #cloneCheckpoint} to {@code target} left beside it. */
  static void deleteLeftovers(Path target) throws IOException {
    delete(unfinished(target));
    delete(replaced(target));
  }

  private static Path unfinished(Path target) {
    return target.resolveSibling(target.getFileName() + ".restoring");
  }

  private static Path replaced(Path target) {
    return target.resolveSibling(target.getFileName() + ".replaced");
  }

  /** Writes the files of {@code directory}, and the directory itself, to disk. */
  static void syncFiles(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    sync(directory);
  }

  /** Writes {@code path} and everything below it to disk; nothing happens if it does not exist. */
  static void syncTree(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> directories;
    try (Stream<Path> tree = Files.walk(path)) {
      directories = tree.filter(Files::isDirectory).toList();
    }
    for (Path directory : directories) {
      syncFiles(directory);
    }
  }

  /** Writes the names in {@code directory} to disk. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
