package io.relaykv.statemachine.store;

import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Looks whether a database that is not open is whole, without changing it. */
public final class StoreCheck {
  private StoreCheck() {}

  /**
   * Reads every table file of the database in {@code directory} and compares its checksums: RocksDB
   * itself does so only when it happens to read a block.
   *
   * @return the last log entry whose effect the database holds; {@link Applied#NOTHING} if there is
   *     none
   * @throws StoreException if it is damaged, or has lost the file without which RocksDB would make
   *     an empty one in its place
   * @throws NodeTooOldException if a newer version has written what this one cannot read
   */
  public static Applied verify(Path directory) {
    if (isMissing(directory)) {
      return Applied.NOTHING;
    }
    if (!KvStore.exists(directory)) {
      throw new StoreException("%s has lost its file CURRENT".formatted(directory));
    }
    return reading(
        directory,
        (db, meta) -> {
          requireReadable(db, meta, directory);
          db.verifyChecksum();
          byte[] row = meta.isPresent() ? db.get(meta.get(), KvStore.appliedRowKey()) : null;
          return row == null ? Applied.NOTHING : Applied.ofRow(row);
        });
  }

  /**
   * Looks whether this version can open the database in {@code directory}, if there is one: it may
   * have column families that this version does not know.
   *
   * @throws NodeTooOldException if not
   */
  public static void requireReadable(Path directory) {
    if (!KvStore.exists(directory)) {
      return;
    }
    var unused =
        reading(
            directory,
            (db, meta) -> {
              requireReadable(db, meta, directory);
              return true;
            });
  }

  private static void requireReadable(RocksDB db, Optional<ColumnFamilyHandle> meta, Path directory)
      throws RocksDBException {
    if (meta.isPresent()) {
      FeatureLevels.requireSupported(
          KvStore.featureLevel(db.get(meta.get(), KvStore.featureLevelRowKey())),
          "the database in " + directory);
    }
  }

  /** Is given a database, and its rows about itself if it has any. */
  private interface Reader<T> {
    T read(RocksDB db, Optional<ColumnFamilyHandle> meta) throws RocksDBException;
  }

  private static <T> T reading(Path directory, Reader<T> reader) {
    RocksDbLibrary.load();
    try (NativeResources natives = new NativeResources()) {
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      // Not those that there should be: a start that was interrupted has not made all of them, and
      // a newer version may have made more.
      for (byte[] name :
          RocksDB.listColumnFamilies(natives.own(new Options()), directory.toString())) {
        descriptors.add(new ColumnFamilyDescriptor(name));
      }
      if (descriptors.isEmpty()) {
        // The list of a damaged database; opening it tells what is wrong.
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB db =
          natives.own(
              RocksDB.openReadOnly(
                  natives.own(new DBOptions()), directory.toString(), descriptors, handles));
      handles.forEach(natives::own);
      return reader.read(db, meta(handles));
    } catch (RocksDBException e) {
      throw new StoreException("the database in %s is damaged".formatted(directory), e);
    }
  }

  private static Optional<ColumnFamilyHandle> meta(List<ColumnFamilyHandle> handles)
      throws RocksDBException {
    for (ColumnFamilyHandle handle : handles) {
      if (Family.META.isNamed(handle.getName())) {
        return Optional.of(handle);
      }
    }
    return Optional.empty();
  }

  private static boolean isMissing(Path directory) {
    if (!Files.exists(directory)) {
      return true;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new StoreException("cannot read the directory " + directory, e);
    }
  }
}
