package io.relaykv.statemachine.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Predicate;

/**
 * What a killed process leaves behind: a copy of its directory, taken while it is at work. What it
 * had in memory is not in it.
 */
public final class CrashedCopy {
  private CrashedCopy() {}

  /** Copies {@code directory} and everything below it to {@code copy}, which must not exist. */
  public static Path of(Path directory, Path copy) throws IOException {
    // RocksDB goes on making and deleting tables. Those that the copied manifest names were there
    // before it or are there behind it.
    copyFiles(directory, copy, CrashedCopy::isTable);
    copyFiles(directory, copy, file -> !isTable(file) && !file.endsWith("LOCK"));
    copyFiles(directory, copy, CrashedCopy::isTable);
    return copy;
  }

  private static void copyFiles(Path directory, Path copy, Predicate<Path> which)
      throws IOException {
    Files.createDirectories(copy);
    for (String name : requireNonNull(directory.toFile().list())) {
      Path file = directory.resolve(name);
      Path target = copy.resolve(name);
      try {
        if (Files.isDirectory(file)) {
          copyFiles(file, target, which);
        } else if (which.test(file)) {
          // Not over the first copy: it would be gone if the file has been deleted meanwhile.
          Path again = Files.copy(file, copy.resolve(name + ".again"));
          Files.move(again, target, StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (NoSuchFileException e) {
        // deleted meanwhile
      }
    }
  }

  private static boolean isTable(Path file) {
    return file.toString().endsWith(".sst");
  }
}
