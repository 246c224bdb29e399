package io.relaykv.statemachine.store;

import org.rocksdb.TickerType;

/** What RocksDB counts since the store was opened. */
public enum StoreCount {
  /** Blocks of table files that a read found in memory. */
  BLOCK_CACHE_HITS(TickerType.BLOCK_CACHE_HIT),
  /** Blocks of table files that had to be read from the disk, or from the system's memory. */
  BLOCK_CACHE_MISSES(TickerType.BLOCK_CACHE_MISS),
  /** Table files that a read passed by, as a filter said that the key is not there. */
  FILTER_HITS(TickerType.BLOOM_FILTER_USEFUL),
  /** Bytes that compactions have read. */
  COMPACTION_READ_BYTES(TickerType.COMPACT_READ_BYTES),
  /** Bytes that compactions have written. */
  COMPACTION_WRITTEN_BYTES(TickerType.COMPACT_WRITE_BYTES),
  /** Bytes that were written from memory to new table files. */
  FLUSH_WRITTEN_BYTES(TickerType.FLUSH_WRITE_BYTES),
  /** Microseconds for which writes were held up, as flushes or compactions could not keep up. */
  STALL_MICROS(TickerType.STALL_MICROS);

  private final TickerType ticker;

  StoreCount(TickerType ticker) {
    this.ticker = ticker;
  }

  TickerType ticker() {
    return ticker;
  }
}
