package io.relaykv.statemachine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
   */
  public static Applied verify(Path directory) {
    if (isMissing(directory)) {
      return Applied.NOTHING;
    }
    if (!KvStore.exists(directory)) {
      throw new StoreException("%s has lost its file CURRENT".formatted(directory));
    }
    RocksDbLibrary.load();
    try (NativeResources natives = new NativeResources()) {
      List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
      // Not those that there should be: a start that was interrupted has not made all of them.
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
      db.verifyChecksum();
      return applied(db, handles);
    } catch (RocksDBException e) {
      throw new StoreException("the database in %s is damaged".formatted(directory), e);
    }
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

  private static Applied applied(RocksDB db, List<ColumnFamilyHandle> handles)
      throws RocksDBException {
    for (ColumnFamilyHandle handle : handles) {
      if (Family.META.isNamed(handle.getName())) {
        byte[] row = db.get(handle, KvStore.appliedRowKey());
        return row == null ? Applied.NOTHING : Applied.ofRow(row);
      }
    }
    return Applied.NOTHING;
  }
}
