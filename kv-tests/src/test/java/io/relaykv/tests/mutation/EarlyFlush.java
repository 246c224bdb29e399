package io.relaykv.tests.mutation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.asm.Advice;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Has RocksDB write what it has in memory to disk all the time, so that a crash finds there what it
 * would otherwise find in a rare moment only. Used by the thread that applies the log alone.
 */
public final class EarlyFlush {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static long lastNanos = System.nanoTime() - INTERVAL_NANOS;

  private EarlyFlush() {}

  /** Of all column families. */
  static final class OfAll {
    private OfAll() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.FieldValue("db") RocksDB db,
        @Advice.FieldValue("handles") Map<?, ColumnFamilyHandle> handles) {
      whenDue(db, handles.values(), "");
    }
  }

  /** Of all but the values: these are lost in a crash. */
  static final class OfAllButTheData {
    private OfAllButTheData() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.FieldValue("db") RocksDB db,
        @Advice.FieldValue("handles") Map<?, ColumnFamilyHandle> handles) {
      whenDue(db, handles.values(), "data");
    }
  }

  /** Called by the changed class. */
  public static void whenDue(RocksDB db, Collection<ColumnFamilyHandle> handles, String without) {
    long now = System.nanoTime();
    if (now - lastNanos < INTERVAL_NANOS) {
      return;
    }
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      List<ColumnFamilyHandle> flushed = new ArrayList<>();
      for (ColumnFamilyHandle handle : handles) {
        if (!new String(handle.getName(), US_ASCII).equals(without)) {
          flushed.add(handle);
        }
      }
      db.flush(options, flushed);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
    lastNanos = System.nanoTime();
  }
}
