package io.relaykv.statemachine.store;

import io.relaykv.statemachine.levels.FeatureLevels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The replicated state on disk: one RocksDB database with a column family for each kind of row.
 *
 * <p>RocksDB's own write-ahead log is off: the Raft log is the write-ahead log. After a crash the
 * database holds every batch up to some index, which stands in the database itself ({@link
 * #applied}), and none behind it; {@code atomic_flush} keeps the column families at the same index.
 *
 * <p>One thread writes; any thread may read while the store is open. Closing while others read is
 * the caller's mistake ({@link io.relaykv.statemachine.LiveStore} keeps readers and closing apart).
 */
public final class KvStore implements AutoCloseable {
  /** Of the rows in this database; a reader that knows only older ones must refuse it. */
  static final int FORMAT_VERSION = 2;

  private static final byte[] APPLIED_ROW = "applied".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLUSTER_ROW = "cluster_id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORMAT_ROW = "format".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOG_TIME_ROW = "log_time".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] LAST_CHECK_ROW = "last_check".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] RESTORE_ROW = "restore".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] FEATURE_LEVEL_ROW =
      "feature_level".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] LAST_ACCOUNT_ID_ROW =
      "last_account_id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_API_KEY_ID_ROW =
      "last_api_key_id".getBytes(StandardCharsets.US_ASCII);

  /** Reading into it tells how long a value is without copying it. */
  private static final byte[] NO_BYTES = new byte[0];

  private static final long BLOCK_CACHE_BYTES = 64L << 20;

  /** Small enough for a processor's caches, in which a put looks for its place. */
  private static final long MEMTABLE_BYTES = 8L << 20;

  private final Path directory;
  private final NativeResources natives = new NativeResources();
  private final RocksDB db;
  private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
  private final Map<Family, Integer> ids = new EnumMap<>(Family.class);
  private final ReadOptions readOptions;
  private final WriteOptions writeOptions;
  private final Statistics statistics;

  /** Of {@link FrozenContent}s and {@link FrozenRows} that are not closed yet. */
  private final Set<Snapshot> frozen = ConcurrentHashMap.newKeySet();

  private KvStore(Path directory) throws RocksDBException {
    this.directory = directory;
    Cache cache = natives.own(new LRUCache(BLOCK_CACHE_BYTES));
    BloomFilter bloom = natives.own(new BloomFilter(10));
    ColumnFamilyOptions options = natives.own(new ColumnFamilyOptions());
    options
        .setWriteBufferSize(MEMTABLE_BYTES)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(bloom)
                .setCacheIndexAndFilterBlocks(true)
                .setFormatVersion(5));
    // Counting costs 0.1 us of a read's 4, and nothing that can be measured of a write; its
    // histograms, which read the clock for each, are off.
    statistics = natives.own(new Statistics(EnumSet.allOf(HistogramType.class)));
    statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
    DBOptions dbOptions = natives.own(new DBOptions());
    dbOptions
        .setStatistics(statistics)
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setAtomicFlush(true)
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(512)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(4L << 20)
        .setKeepLogFileNum(3);
    readOptions = natives.own(new ReadOptions());
    writeOptions = natives.own(new WriteOptions().setDisableWAL(true));
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    for (Family family : Family.values()) {
      descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), options));
    }
    try {
      db = natives.own(RocksDB.open(dbOptions, directory.toString(), descriptors, opened));
    } catch (RocksDBException e) {
      natives.close();
      throw e;
    }
    Iterator<ColumnFamilyHandle> inOrder = opened.iterator();
    for (Family family : Family.values()) {
      ColumnFamilyHandle handle = natives.own(inOrder.next());
      handles.put(family, handle);
      ids.put(family, handle.getID());
    }
  }

  /**
   * Opens the database in {@code directory}, making an empty one if there is none.
   *
   * @throws StoreException if it is damaged or of a format that this version does not know
   */
  public static KvStore open(Path directory) {
    RocksDbLibrary.load();
    KvStore store;
    try {
      Files.createDirectories(directory);
      store = new KvStore(directory);
    } catch (RocksDBException e) {
      throw new StoreException("cannot open the database in " + directory, e);
    } catch (IOException e) {
      throw new StoreException("cannot make the directory " + directory, e);
    }
    try {
      store.checkFormat();
      return store;
    } catch (StoreException e) {
      store.close();
      throw e;
    }
  }

  /** Whether {@code directory} holds a database. */
  public static boolean exists(Path directory) {
    return Files.exists(directory.resolve("CURRENT"));
  }

  private void checkFormat() {
    byte[] row = get(Family.META, FORMAT_ROW);
    if (row == null) {
      put(
          Family.META,
          FORMAT_ROW,
          ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT_VERSION).array());
    } else if (ByteBuffer.wrap(row).getInt() != FORMAT_VERSION) {
      throw new StoreException(
          "the database in %s has format %d; this version of RelayKV reads format %d"
              .formatted(directory, ByteBuffer.wrap(row).getInt(), FORMAT_VERSION));
    }
  }

  /**
   * Makes this the database of a cluster if it holds nothing yet.
   *
   * @throws StoreException if it is another cluster's
   */
  public void claim(String clusterId) {
    byte[] row = get(Family.META, CLUSTER_ROW);
    if (row == null && applied().equals(Applied.NOTHING)) {
      put(Family.META, CLUSTER_ROW, clusterId.getBytes(StandardCharsets.US_ASCII));
      return;
    }
    String found = row == null ? "unknown" : new String(row, StandardCharsets.US_ASCII);
    if (!found.equals(clusterId)) {
      throw new StoreException(
          "the database in %s is of cluster %s, not of this one, %s; move it away to have it made again from snapshot and log"
              .formatted(directory, found, clusterId));
    }
  }

  /** The value of {@code key}, or null if it has none. */
  public byte @Nullable [] get(long accountId, String key) {
    return get(Family.DATA, KeyLayout.dataKey(accountId, key));
  }

  /** What {@code key} and its value take together; 0 if it has none. */
  public long sizeBytes(long accountId, String key) {
    try {
      int valueBytes =
          db.get(handle(Family.DATA), readOptions, KeyLayout.dataKey(accountId, key), NO_BYTES);
      return valueBytes == RocksDB.NOT_FOUND ? 0 : key.length() + (long) valueBytes;
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  /** Roughly what the account's keys and values take, on disk and in memory. */
  public long estimatedBytes(long accountId) {
    try (Slice first = new Slice(KeyLayout.dataKey(accountId, ""));
        Slice end = new Slice(KeyLayout.dataKey(accountId + 1, ""))) {
      return db.getApproximateSizes(
              handle(Family.DATA),
              List.of(new Range(first, end)),
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
    }
  }

  /**
   * The account's keys that begin with {@code prefix} and are greater than {@code after} (empty:
   * all), at most {@code maxKeys} of them and at most {@code maxBytes} in all.
   */
  public ScanPage scanKeys(long accountId, String prefix, String after, int maxKeys, int maxBytes) {
    byte[] first = KeyLayout.dataKey(accountId, prefix);
    byte[] behind = KeyLayout.dataKey(accountId, after);
    byte @Nullable [] end = KeyLayout.successorOfPrefix(first);
    List<String> keys = new ArrayList<>();
    int bytes = 0;
    try (Slice upperBound = end == null ? null : new Slice(end);
        ReadOptions options = scanOptions(upperBound);
        RocksIterator iterator = db.newIterator(handle(Family.DATA), options)) {
      if (Arrays.compareUnsigned(behind, first) < 0) {
        iterator.seek(first);
      } else {
        iterator.seek(behind);
        if (iterator.isValid() && Arrays.equals(iterator.key(), behind) && !after.isEmpty()) {
          iterator.next();
        }
      }
      for (; iterator.isValid(); iterator.next()) {
        String key = KeyLayout.key(iterator.key());
        if (keys.size() == maxKeys || bytes + key.length() > maxBytes) {
          return new ScanPage(keys, true);
        }
        keys.add(key);
        bytes += key.length();
      }
      iterator.status();
      return new ScanPage(keys, false);
    } catch (RocksDBException e) {
      throw new StoreException("cannot list keys", e);
    }
  }

  private static ReadOptions scanOptions(@Nullable Slice upperBound) {
    ReadOptions options = new ReadOptions().setFillCache(false);
    return upperBound == null ? options : options.setIterateUpperBound(upperBound);
  }

  /** Gives every session row to {@code consumer}: key, row. */
  public void forEachSession(BiConsumer<byte[], byte[]> consumer) {
    forEachRow(Family.SESSIONS, consumer);
  }

  /** Gives every account's id and row to {@code consumer}. */
  public void forEachAccount(RowConsumer consumer) {
    forEachRow(Family.ACCOUNTS, (id, row) -> consumer.accept(KeyLayout.id(id), row));
  }

  /** Gives every API key's id and row to {@code consumer}. */
  public void forEachApiKey(RowConsumer consumer) {
    forEachRow(Family.API_KEYS, (id, row) -> consumer.accept(KeyLayout.id(id), row));
  }

  /** Gives every former member's name and row to {@code consumer}. */
  public void forEachFormerMember(BiConsumer<String, byte[]> consumer) {
    forEachRow(
        Family.FORMER_MEMBERS,
        (name, row) -> consumer.accept(new String(name, StandardCharsets.US_ASCII), row));
  }

  /** Takes rows that have a number for a key. */
  @FunctionalInterface
  public interface RowConsumer {
    /** Takes one. */
    void accept(long id, byte[] row);
  }

  void forEachRow(Family family, BiConsumer<byte[], byte[]> consumer) {
    try (RocksIterator iterator = db.newIterator(handle(family))) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        consumer.accept(iterator.key(), iterator.value());
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw new StoreException("cannot read the rows of " + family, e);
    }
  }

  /** The last log entry whose effect this store holds. */
  public Applied applied() {
    byte[] row = get(Family.META, APPLIED_ROW);
    return row == null ? Applied.NOTHING : Applied.ofRow(row);
  }

  /** The time at the last entry that moved it. */
  public LogTime logTime() {
    byte[] row = get(Family.META, LOG_TIME_ROW);
    if (row == null) {
      return LogTime.START;
    }
    ByteBuffer buffer = ByteBuffer.wrap(row);
    return new LogTime(buffer.getLong(), buffer.getLong());
  }

  /**
   * When the leader proposed the last replica check, or the first entry of all if there has been
   * none, by its clock; empty for a store that holds nothing yet.
   */
  public OptionalLong lastCheckMs() {
    byte[] row = get(Family.META, LAST_CHECK_ROW);
    return row == null ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(row).getLong());
  }

  /** The row of the last restore; null if there has been none. */
  public byte @Nullable [] restoreRow() {
    return get(Family.META, RESTORE_ROW);
  }

  /** The feature level that the cluster has reached. */
  public int featureLevel() {
    return featureLevel(get(Family.META, FEATURE_LEVEL_ROW));
  }

  static int featureLevel(byte @Nullable [] row) {
    return row == null ? FeatureLevels.FIRST : ByteBuffer.wrap(row).getInt();
  }

  static byte[] featureLevelRowKey() {
    return FEATURE_LEVEL_ROW;
  }

  static byte[] restoreRowKey() {
    return RESTORE_ROW;
  }

  static byte[] formatRowKey() {
    return FORMAT_ROW;
  }

  static byte[] lastCheckRowKey() {
    return LAST_CHECK_ROW;
  }

  static byte[] lastAccountIdRowKey() {
    return LAST_ACCOUNT_ID_ROW;
  }

  static byte[] lastApiKeyIdRowKey() {
    return LAST_API_KEY_ID_ROW;
  }

  /** The last id of a kind that has been given out; 0 if none has. */
  long lastId(byte[] rowKey) {
    byte[] row = get(Family.META, rowKey);
    return row == null ? 0 : ByteBuffer.wrap(row).getLong();
  }

  /** A batch to be filled and committed by the one thread that writes. */
  public StoreBatch newBatch() {
    return new StoreBatch(this);
  }

  void write(WriteBatch batch) {
    try {
      db.write(writeOptions, batch);
    } catch (RocksDBException e) {
      throw new StoreException("cannot write", e);
    }
  }

  static byte[] appliedRowKey() {
    return APPLIED_ROW;
  }

  static byte[] logTimeRowKey() {
    return LOG_TIME_ROW;
  }

  /**
   * Writes everything to disk as of {@code applied} and makes a copy of the database in {@code
   * directory}, which must not exist; files that never change are shared by hard links. Call it
   * from the thread that writes.
   */
  public void checkpoint(Applied applied, Path directory) {
    newBatch().commit(applied);
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true);
        Checkpoint checkpoint = Checkpoint.create(db)) {
      db.flush(flush, List.copyOf(handles.values()));
      checkpoint.createCheckpoint(directory.toString());
    } catch (RocksDBException e) {
      throw new StoreException("cannot make a snapshot in " + directory, e);
    }
  }

  /** Holds what the store contains now, at little cost, for as long as it is not closed. */
  public FrozenContent freeze() {
    return new FrozenContent(this, snapshot());
  }

  /** The same, to be read row by row. */
  public FrozenRows freezeRows() {
    return new FrozenRows(this, snapshot());
  }

  private Snapshot snapshot() {
    Snapshot snapshot = db.getSnapshot();
    frozen.add(snapshot);
    return snapshot;
  }

  /** How many {@link FrozenContent}s and {@link FrozenRows} are not closed. */
  public int frozen() {
    return frozen.size();
  }

  void release(Snapshot snapshot) {
    if (frozen.remove(snapshot)) {
      db.releaseSnapshot(snapshot);
    }
  }

  RocksIterator iterator(Family family, ReadOptions options) {
    return db.newIterator(handle(family), options);
  }

  /**
   * How often RocksDB could not write to disk in the background what it had taken. After the first
   * time it refuses writes, but the next may be long in coming.
   *
   * <p>A listener would hear of it at once, but RocksDB's Java side knows none of the reasons there
   * are without a write-ahead log ({@code BackgroundErrorReason}), and throws instead of calling
   * it.
   */
  public long backgroundErrors() {
    try {
      return db.getLongProperty("rocksdb.background-errors");
    } catch (RocksDBException e) {
      throw new StoreException("cannot read a property", e);
    }
  }

  /** What RocksDB has counted since this store was opened. */
  public long count(StoreCount count) {
    return statistics.getTickerCount(count.ticker());
  }

  /** What RocksDB holds, or has to do, at the moment. */
  public long size(StoreSize size) {
    try {
      return size.isOfEachFamily()
          ? db.getAggregatedLongProperty(size.property())
          : db.getLongProperty(size.property());
    } catch (RocksDBException e) {
      throw new StoreException("cannot read a property", e);
    }
  }

  /** Estimated number of live keys, for people. */
  public long estimatedKeys() {
    try {
      return db.getLongProperty(handle(Family.DATA), "rocksdb.estimate-num-keys");
    } catch (RocksDBException e) {
      throw new StoreException("cannot read a property", e);
    }
  }

  /** The family's number in {@link BatchImage}s. */
  int id(Family family) {
    return Objects.requireNonNull(ids.get(family));
  }

  ColumnFamilyHandle handle(Family family) {
    return Objects.requireNonNull(handles.get(family));
  }

  private byte @Nullable [] get(Family family, byte[] key) {
    return get(family, readOptions, key);
  }

  byte @Nullable [] get(Family family, ReadOptions options, byte[] key) {
    try {
      return db.get(handle(family), options, key);
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  private void put(Family family, byte[] key, byte[] value) {
    try {
      db.put(handle(family), writeOptions, key, value);
    } catch (RocksDBException e) {
      throw new StoreException("cannot write", e);
    }
  }

  /**
   * Closes the database. RocksDB writes what it has in memory first, as its own log is off; should
   * that fail, nothing is lost: the Raft log has it.
   */
  @Override
  public void close() {
    frozen.forEach(this::release);
    natives.close();
  }
}
