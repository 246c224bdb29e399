package io.relaykv.server.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of Ratis' log, by its name: {@code log_<first>-<last>}, or {@code log_inprogress_<first>}
 * for the one that is written to.
 *
 * @param file the file
 * @param first its first entry
 * @param last its last entry; {@link #OPEN} if it is written to
 */
record LogSegment(Path file, long first, long last) {
  static final long OPEN = Long.MAX_VALUE;

  private static final Pattern CLOSED_NAME = Pattern.compile("log_(\\d{1,18})-(\\d{1,18})");
  private static final Pattern OPEN_NAME = Pattern.compile("log_inprogress_(\\d{1,18})");

  boolean isOpen() {
    return last == OPEN;
  }

  /** Those in {@code directory}, in order. */
  static List<LogSegment> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .flatMap(file -> of(file).stream())
          .sorted(Comparator.comparingLong(LogSegment::first).thenComparing(LogSegment::last))
          .toList();
    }
  }

  private static Optional<LogSegment> of(Path file) {
    String name = file.getFileName().toString();
    Matcher closed = CLOSED_NAME.matcher(name);
    if (closed.matches()) {
      return Optional.of(
          new LogSegment(file, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
    }
    Matcher open = OPEN_NAME.matcher(name);
    return open.matches()
        ? Optional.of(new LogSegment(file, Long.parseLong(open.group(1)), OPEN))
        : Optional.empty();
  }

  /** The name that it has when it ends with that entry. */
  Path closedAt(long newLast) {
    return file.resolveSibling("log_" + first + "-" + newLast);
  }
}
