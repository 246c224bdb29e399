package io.relaykv.statemachine.store;

/** What RocksDB holds and has to do at the moment, in all column families together. */
public enum StoreSize {
  /** Bytes in the table files of the present state. */
  LIVE_SST_BYTES("rocksdb.live-sst-files-size", true),
  /** Bytes in all table files, also in those that only something that is still reading needs. */
  SST_BYTES("rocksdb.total-sst-files-size", true),
  /** Bytes in memory that are not in table files yet. */
  MEMTABLE_BYTES("rocksdb.cur-size-all-mem-tables", true),
  /** Bytes in the block cache, which all families share. */
  BLOCK_CACHE_BYTES("rocksdb.block-cache-usage", false),
  /** Column families that want a compaction. */
  COMPACTIONS_PENDING("rocksdb.compaction-pending", true),
  /** Bytes that compactions should rewrite. */
  COMPACTION_PENDING_BYTES("rocksdb.estimate-pending-compaction-bytes", true);

  private final String property;
  private final boolean ofEachFamily;

  StoreSize(String property, boolean ofEachFamily) {
    this.property = property;
    this.ofEachFamily = ofEachFamily;
  }

  String property() {
    return property;
  }

  /** Whether the families have one each, to be added up. */
  boolean isOfEachFamily() {
    return ofEachFamily;
  }
}
