package io.relaykv.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Knows the directories in which data does not last. */
final class DataDirectory {
  private DataDirectory() {}

  /** The temporary directory that {@code directory} is or lies below, through links as well. */
  static Optional<Path> temporaryParent(Path directory) {
    Path real = real(directory);
    return Stream.of(Path.of("/tmp"), Path.of(System.getProperty("java.io.tmpdir", "/tmp")))
        .filter(temporary -> directory.startsWith(temporary) || real.startsWith(real(temporary)))
        .findFirst();
  }

  /** The real name of the part that exists, with the rest as it is. */
  private static Path real(Path path) {
    Path existing = path.toAbsolutePath().normalize();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      return existing.toRealPath().resolve(existing.relativize(path.toAbsolutePath().normalize()));
    } catch (IOException e) {
      return path; // Whoever opens the directory reports this better.
    }
  }
}
