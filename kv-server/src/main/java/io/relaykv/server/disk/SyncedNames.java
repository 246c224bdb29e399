package io.relaykv.server.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a directory's names reach the disk as they are given. Ratis renames its file of
 * term and vote into place and does not sync the directory, so that a power cut can bring an older
 * vote back, and the node votes twice in one term. Where the file system says that it writes names
 * through, it cannot.
 */
final class SyncedNames {
  private static final Logger log = LoggerFactory.getLogger(SyncedNames.class);
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final Set<String> EXT = Set.of("ext2", "ext3", "ext4");

  private final Path directory;
  private final List<String> mounts;
  private final Function<Path, Optional<String>> attributes;

  /**
   * @param mounts lines as in /proc/self/mounts
   * @param attributes what {@code lsattr -d} prints of a directory; empty if it does not work
   */
  SyncedNames(Path directory, List<String> mounts, Function<Path, Optional<String>> attributes) {
    this.directory = directory;
    this.mounts = mounts;
    this.attributes = attributes;
  }

  static SyncedNames of(Path directory) throws IOException {
    List<String> mounts = Files.exists(MOUNTS) ? Files.readAllLines(MOUNTS) : List.of();
    return new SyncedNames(directory.toRealPath(), mounts, SyncedNames::lsattr);
  }

  void warnIfNot() {
    remedy()
        .ifPresent(
            remedy ->
                log.warn(
                    "A power cut can bring back an older vote of this node; to prevent it: {}",
                    remedy));
  }

  /** What to do; empty if nothing, or if that cannot be found out. */
  Optional<String> remedy() {
    Optional<Mount> found = mount();
    if (found.isEmpty()) {
      log.debug("No mount found for {}", directory);
      return Optional.empty();
    }
    Mount mount = found.get();
    if (EXT.contains(mount.type())) {
      return mount.has("dirsync") || mount.has("sync") ? Optional.empty() : remedyOnExt();
    }
    if (mount.type().equals("xfs")) {
      return mount.has("wsync")
          ? Optional.empty()
          : Optional.of("mount %s with the option wsync".formatted(mount.point()));
    }
    log.debug("Whether {} writes names through is not known: {}", directory, mount);
    return Optional.empty();
  }

  private Optional<String> remedyOnExt() {
    Optional<String> printed = attributes.apply(directory);
    if (printed.isEmpty()) {
      log.debug("lsattr does not tell the attributes of {}", directory);
      return Optional.empty();
    }
    boolean dirsync = printed.get().split("\\s", 2)[0].contains("D");
    return dirsync ? Optional.empty() : Optional.of("chattr +D " + directory);
  }

  /** The file system that the directory is in. */
  private Optional<Mount> mount() {
    return mounts.stream()
        .map(line -> line.split(" "))
        .filter(fields -> fields.length >= 4)
        .map(fields -> new Mount(Path.of(unescape(fields[1])), fields[2], fields[3]))
        .filter(mount -> directory.startsWith(mount.point()))
        // Of two at one place, the later hides the earlier.
        .reduce((one, other) -> other.depth() >= one.depth() ? other : one);
  }

  /** A line of /proc/self/mounts. */
  private record Mount(Path point, String type, String options) {
    int depth() {
      return point.getNameCount();
    }

    boolean has(String option) {
      return Arrays.asList(options.split(",")).contains(option);
    }
  }

  /** Spaces and the like stand as three octal digits behind a backslash. */
  private static String unescape(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  private static Optional<String> lsattr(Path directory) {
    try {
      Process process =
          new ProcessBuilder("lsattr", "-d", directory.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        String printed =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0
            ? Optional.of(printed)
            : Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      log.debug("lsattr cannot be run: {}", e.toString());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
