package io.relaykv.tests.mutation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.bytebuddy.asm.Advice;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/** Leaves the values of the old database where the one that replaces it has none. */
public final class KeptRows {
  static {
    RocksDB.loadLibrary();
  }

  private KeptRows() {}

  @Advice.OnMethodEnter
  static void enter(@Advice.Argument(1) Path target) throws IOException {
    keep(target);
  }

  @Advice.OnMethodExit
  static void exit(@Advice.Argument(1) Path target) throws IOException {
    bringBack(target);
  }

  private static Path kept(Path target) {
    return target.resolveSibling(target.getFileName() + ".kept");
  }

  /** Called by the changed class. */
  public static void keep(Path target) throws IOException {
    Path kept = kept(target);
    delete(kept);
    if (Files.exists(target)) {
      Files.createDirectories(kept);
      for (Path file : list(target)) {
        Files.copy(file, kept.resolve(file.getFileName()));
      }
    }
  }

  /** Called by the changed class. */
  public static void bringBack(Path target) throws IOException {
    Path kept = kept(target);
    if (!Files.exists(kept)) {
      return;
    }
    List<ColumnFamilyHandle> newHandles = new ArrayList<>();
    List<ColumnFamilyHandle> oldHandles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB installed = RocksDB.open(options, target.toString(), families(target), newHandles);
        RocksDB old = RocksDB.openReadOnly(options, kept.toString(), families(kept), oldHandles)) {
      putMissing(old, data(oldHandles), installed, data(newHandles));
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
    delete(kept);
  }

  private static void putMissing(
      RocksDB from, ColumnFamilyHandle data, RocksDB to, ColumnFamilyHandle newData)
      throws RocksDBException {
    try (RocksIterator rows = from.newIterator(data);
        WriteOptions write = new WriteOptions().setDisableWAL(true);
        FlushOptions flush = new FlushOptions()) {
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        if (to.get(newData, rows.key()) == null) {
          to.put(newData, write, rows.key(), rows.value());
        }
      }
      rows.status();
      to.flush(flush, newData);
    }
  }

  private static List<ColumnFamilyDescriptor> families(Path database) throws RocksDBException {
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, database.toString()).stream()
          .map(ColumnFamilyDescriptor::new)
          .toList();
    }
  }

  private static ColumnFamilyHandle data(List<ColumnFamilyHandle> handles) throws RocksDBException {
    for (ColumnFamilyHandle handle : handles) {
      if (new String(handle.getName(), US_ASCII).equals("data")) {
        return handle;
      }
    }
    throw new IllegalStateException("the database has no column family for values");
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      for (Path file : list(directory)) {
        Files.delete(file);
      }
      Files.delete(directory);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }
}
