package io.relaykv.statemachine.store;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a killed process leaves behind: a copy of its directory, taken while it is at work. What it
 * had in memory is not in it.
 */
public final class CrashedCopy {
  private CrashedCopy() {}

  /** Copies {@code directory} and everything below it to {@code copy}, which must not exist. */
  public static Path of(Path directory, Path copy) throws IOException {
    // RocksDB goes on making and deleting tables. It says so in its manifest, after it has made one
    // and before it deletes one: what a manifest names is there as long as it has not changed.
    do {
      delete(copy);
      copyFiles(directory, copy, file -> !isTable(file) && !file.endsWith("LOCK"));
      copyFiles(directory, copy, CrashedCopy::isTable);
    } while (!manifests(directory).equals(manifests(copy)));
    return copy;
  }

  private static void copyFiles(Path directory, Path copy, Predicate<Path> which)
      throws IOException {
    Files.createDirectories(copy);
    for (String name : requireNonNull(directory.toFile().list())) {
      Path file = directory.resolve(name);
      try {
        if (Files.isDirectory(file)) {
          copyFiles(file, copy.resolve(name), which);
        } else if (which.test(file)) {
          Files.copy(file, copy.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (NoSuchFileException e) {
        // deleted meanwhile
      }
    }
  }

  private static boolean isTable(Path file) {
    return file.toString().endsWith(".sst");
  }

  /** Of each manifest, which is only written to at its end, how long it is. */
  private static Map<Path, Long> manifests(Path directory) {
    Map<Path, Long> lengths = new HashMap<>();
    for (Path file : below(directory.toFile())) {
      if (file.getFileName().toString().startsWith("MANIFEST-")) {
        lengths.put(directory.relativize(file), file.toFile().length());
      }
    }
    return lengths;
  }

  private static void delete(Path copy) throws IOException {
    for (Path file : below(copy.toFile())) {
      Files.delete(file);
    }
  }

  /** All that is there, what is in a directory before the directory; nothing if it is gone. */
  private static List<Path> below(File directory) {
    List<Path> all = new ArrayList<>();
    for (File file : requireNonNullElse(directory.listFiles(), new File[0])) {
      all.addAll(below(file));
      all.add(file.toPath());
    }
    return all;
  }
}
