package io.relaykv.statemachine.store;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * RocksDB's native library. Its own loader unpacks 17 MB into the directory for temporary files and
 * deletes them when the process ends in order: each node that is killed would leave them there.
 */
final class RocksDbLibrary {
  private static boolean loaded;

  private RocksDbLibrary() {}

  /**
   * Loads it unless that has been done. Nothing of it stays on disk where the system lets files be
   * deleted that are in use.
   *
   * @throws UncheckedIOException if it cannot be unpacked, or not be loaded from there
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    try {
      Path directory = Files.createTempDirectory("relaykv-rocksdb-");
      try {
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
      } finally {
        delete(directory);
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new UncheckedIOException(
          new IOException(
              "RocksDB's library cannot be loaded from %s (%s); name another directory: RELAYKV_JAVA_OPTS=-Djava.io.tmpdir=DIR"
                  .formatted(System.getProperty("java.io.tmpdir"), e.getMessage())));
    }
    // Finds it loaded, and says so to the rest of RocksDB.
    RocksDB.loadLibrary();
    loaded = true;
  }

  private static void delete(Path directory) {
    for (File file : Objects.requireNonNullElse(directory.toFile().listFiles(), new File[0])) {
      if (!file.delete()) {
        file.deleteOnExit();
      }
    }
    if (!directory.toFile().delete()) {
      directory.toFile().deleteOnExit();
    }
  }
}
