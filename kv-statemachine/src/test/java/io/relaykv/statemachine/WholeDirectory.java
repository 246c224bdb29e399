package io.relaykv.statemachine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at a directory all the time, as a crash at any moment would show it: whoever replaces or
 * deletes it must let nobody see a part of it.
 */
final class WholeDirectory implements AutoCloseable {
  private final Path directory;
  private final Set<Set<String>> allowed;
  private final CountDownLatch looking = new CountDownLatch(1);
  private final CompletableFuture<Optional<Integer>> part;
  private volatile boolean closed;

  private WholeDirectory(Path directory, Set<Set<String>> allowed) {
    this.directory = directory;
    this.allowed = allowed;
    this.part = CompletableFuture.supplyAsync(this::look);
  }

  /** Begins to look; the directory must not be there, or its files be one of {@code allowed}. */
  static WholeDirectory watch(Path directory, Set<Set<String>> allowed)
      throws InterruptedException {
    WholeDirectory watched = new WholeDirectory(directory, allowed);
    watched.looking.await();
    return watched;
  }

  /** The names in {@code directory}. */
  static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private Optional<Integer> look() {
    while (!closed) {
      try {
        Object before = identity();
        Set<String> seen = names(directory);
        // If it has been moved away meanwhile, what happens to it there does not matter.
        if (!allowed.contains(seen) && Objects.equals(before, identity())) {
          return Optional.of(seen.size());
        }
      } catch (IOException | RuntimeException e) {
        // not there at the moment
      }
      looking.countDown();
    }
    return Optional.empty();
  }

  private Object identity() throws IOException {
    return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
  }

  /** Ends looking; how many files were seen when it was neither whole nor gone, if ever. */
  Optional<Integer> filesOfAPart() {
    closed = true;
    return part.join();
  }

  @Override
  public void close() {
    filesOfAPart();
  }
}
