package io.relaykv.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A file system of a few megabytes for one node: a tmpfs, mounted in a mount namespace that a
 * process of its own keeps alive, and that the node enters when it starts. In a user namespace, so
 * that it needs no root; this process reaches the files through {@code /proc}.
 */
final class SmallDisk implements Surroundings {
  private static final String FILLER = "filled-by-another-program";
  private static final int CHUNK_BYTES = 1 << 20;

  private final Process keeper;
  private final Path mountPoint;

  private SmallDisk(Process keeper, Path mountPoint) {
    this.keeper = keeper;
    this.mountPoint = mountPoint;
  }

  /** Why there can be none on this machine; empty if there can. */
  static Optional<String> whyNot(Path directory) {
    try (SmallDisk disk = mount(directory.resolve("small-disk-probe"), CHUNK_BYTES)) {
      return Files.isDirectory(disk.fromOutside(disk.mountPoint))
          ? Optional.empty()
          : Optional.of("the files of another mount namespace cannot be reached");
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Mounts one.
   *
   * @throws IOException if that is not possible here
   */
  static SmallDisk mount(Path mountPoint, long bytes) throws IOException {
    Files.createDirectories(mountPoint);
    // It ends with its standard input, and so with this process.
    Process keeper =
        new ProcessBuilder(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=$1,mode=700 relaykv \"$2\" && echo mounted && exec cat",
                "sh",
                Long.toString(bytes),
                mountPoint.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader answer = new BufferedReader(keeper.inputReader(StandardCharsets.UTF_8));
    String line = answer.readLine();
    if (!"mounted".equals(line)) {
      keeper.destroy();
      throw new IOException("no file system can be mounted in a user namespace: " + line);
    }
    return new SmallDisk(keeper, mountPoint);
  }

  @Override
  public List<String> commandPrefix() {
    return List.of(
        "nsenter",
        "--preserve-credentials",
        "--user",
        "--mount",
        "--target",
        Long.toString(keeper.pid()),
        "--");
  }

  @Override
  public Path fromOutside(Path inside) {
    Path root = Path.of("/proc", Long.toString(keeper.pid()), "root");
    return root.resolve(Path.of("/").relativize(inside.toAbsolutePath()));
  }

  /** Has another program take all room but {@code leftBytes}. */
  void fill(long leftBytes) {
    Path filler = fromOutside(mountPoint.resolve(FILLER));
    try (FileChannel file =
        FileChannel.open(
            filler,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      long free = freeBytes();
      while (free > leftBytes && write(file, (int) Math.min(CHUNK_BYTES, free - leftBytes))) {
        free = freeBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean write(FileChannel file, int bytes) {
    try {
      file.write(ByteBuffer.allocate(bytes));
      return true;
    } catch (IOException e) {
      // No space left on device: what could be written has been.
      return false;
    }
  }

  private long freeBytes() throws IOException {
    return Files.getFileStore(fromOutside(mountPoint)).getUsableSpace();
  }

  /** Has the other program give its room back. */
  void free() {
    try {
      Files.deleteIfExists(fromOutside(mountPoint.resolve(FILLER)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    keeper.destroy();
  }
}
