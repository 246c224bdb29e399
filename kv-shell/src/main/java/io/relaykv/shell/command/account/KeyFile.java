package io.relaykv.shell.command.account;

import io.relaykv.shell.failure.ShellException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A new file for a key, which only its owner can read. It is there with all that it holds or not at
 * all, and never replaces another.
 */
final class KeyFile implements AutoCloseable {
  private final Path file;
  private final Path prepared;

  private KeyFile(Path file, Path prepared) {
    this.file = file;
    this.prepared = prepared;
  }

  /**
   * Makes sure that the file can be written, without making it.
   *
   * @throws ShellException if it exists or cannot be made
   */
  static KeyFile prepare(Path workingDirectory, Path name) {
    Path file = workingDirectory.resolve(name);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(file);
    }
    try {
      FileAttribute<?> onlyOwner =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      Path directory = file.toAbsolutePath().getParent();
      return new KeyFile(file, Files.createTempFile(directory, ".relaykv-key", ".new", onlyOwner));
    } catch (NoSuchFileException e) {
      throw new ShellException(file + ": no such directory", "");
    } catch (IOException e) {
      throw new ShellException(file + ": cannot be made: " + reason(e), "");
    }
  }

  String name() {
    return file.toString();
  }

  /**
   * Writes the key and a line break.
   *
   * @throws UncheckedIOException if that fails; there is no file then
   */
  void write(String key) {
    try {
      try (FileChannel channel = FileChannel.open(prepared, StandardOpenOption.WRITE)) {
        ByteBuffer line = ByteBuffer.wrap((key + "\n").getBytes(StandardCharsets.US_ASCII));
        while (line.hasRemaining()) {
          channel.write(line);
        }
        channel.force(true);
      }
      publish();
    } catch (FileAlreadyExistsException e) {
      throw new UncheckedIOException(file + ": exists already; it is not overwritten", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + reason(e), e);
    }
  }

  /** A link fails if the name is taken meanwhile; a rename would replace what has it. */
  private void publish() throws IOException {
    try {
      Files.createLink(file, prepared);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Some file systems have no links.
      Files.move(prepared, file);
    }
  }

  private static ShellException exists(Path file) {
    return new ShellException(file + ": exists already; it is not overwritten", "");
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException failure && failure.getReason() != null
        ? failure.getReason()
        : e.toString();
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(prepared);
    } catch (IOException e) {
      throw new UncheckedIOException(prepared + ": cannot be removed: " + reason(e), e);
    }
  }
}
