package io.relaykv.server.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The metrics that operators may count on: dashboards and alerts are made of them, and
 * docs/metrics.md lists them. Whatever else a node shows is Ratis', RocksDB's or the JVM's, and
 * changes with them.
 *
 * <p>A name or a label that stands here is not changed; new ones are added.
 */
public final class MetricCatalogue {
  private static final List<Entry> ALL =
      List.of(
          // What clients do.
          counter(
              "relaykv_operations_total",
              "Operations of clients that this node has answered, by what they were (get, put, delete, keys) and what came of them (ok, missing, not_leader, unavailable, unknown, invalid, refused, unauthenticated, forbidden).",
              "operation",
              "outcome"),
          summary(
              "relaykv_operation_duration_seconds",
              "How long operations that were carried out took this node, from when their frame had arrived until the answer was on its way.",
              "operation"),
          summary(
              "relaykv_log_entry_writes",
              "Writes in a log entry, of those that this node has proposed as the leader."),
          gauge(
              "relaykv_pending_writes",
              "Writes that wait for a log entry, or for the end of theirs."),
          gauge("relaykv_pending_write_bytes", "What these take in the log."),
          gauge("relaykv_client_port_connections", "Connections that are open at the client port."),
          gauge("relaykv_client_port_streams", "Clients with an open stream."),
          counter(
              "relaykv_client_port_connections_refused_total",
              "Connections that were closed at once, as there were too many."),
          counter(
              "relaykv_client_port_connections_never_authenticated_total",
              "Connections that were closed, as they had not shown in time who they are."),
          counter(
              "relaykv_access_unauthenticated_total",
              "Calls and requests that were refused, as they showed no valid key."),
          counter(
              "relaykv_access_forbidden_total",
              "Calls and requests that were refused, as their key does not allow them."),
          counter(
              "relaykv_access_throttled_total",
              "Those of both that came from an address that had had too many refusals."),
          // Who leads.
          gauge("relaykv_is_leader", "1 if this node leads, as far as it knows, and serves."),
          gauge("relaykv_has_leader", "1 if this node knows who leads."),
          gauge("relaykv_is_member", "1 if this node is a member of its cluster."),
          gauge("relaykv_feature_level", "The feature level that the cluster has reached."),
          gauge(
              "relaykv_supported_feature_level",
              "The newest that this node's version supports; above the other one, an upgrade is not finalized."),
          gauge("relaykv_term", "The Raft term that this node is in."),
          counter("relaykv_leader_changes_total", "How often this node has heard of a new leader."),
          counter("relaykv_elections_total", "Elections in which this node has stood."),
          gauge(
              "relaykv_lease_held", "1 if this node leads, and reads pass without asking anybody."),
          counter("relaykv_lease_hits_total", "Groups of reads that passed so."),
          counter(
              "relaykv_lease_rounds_total",
              "Rounds in which a majority was asked whether this node still leads."),
          counter(
              "relaykv_lease_refusals_total",
              "Groups of reads that were refused: this node did not lead, or no majority answered."),
          counter(
              "relaykv_lease_refused_votes_total",
              "Votes that this node has refused, as it had promised its leader not to vote yet."),
          // The log, and how far it has come.
          summary(
              "relaykv_log_fsync_duration_seconds",
              "How long it took to write the Raft log through to the disk."),
          gauge(
              "relaykv_committed_index",
              "The last log entry that this node knows to be on the disks of a majority."),
          gauge("relaykv_applied_index", "The last log entry that this node has applied."),
          gauge(
              "relaykv_follower_lag_entries",
              "Log entries of the leader, this node, that a follower is not known to have on its disk.",
              "follower"),
          gauge(
              "relaykv_follower_silent_seconds",
              "For how long the leader, this node, has not heard from a follower.",
              "follower"),
          gauge("relaykv_snapshot_index", "The last log entry that is in the newest snapshot."),
          counter("relaykv_snapshots_taken_total", "Snapshots that this node has taken."),
          counter(
              "relaykv_snapshots_installed_total",
              "Snapshots that this node has got from a leader, as it was too far behind."),
          // Whether the copies are the same.
          gauge(
              "relaykv_replica_check_differs",
              "1 if this node held something else than the leader at the last comparison."),
          counter(
              "relaykv_replica_check_compared_total",
              "Comparisons of what this node holds with what the leader holds."),
          counter("relaykv_replica_check_differed_total", "Those that found a difference."),
          gauge(
              "relaykv_replica_check_compared_timestamp_seconds",
              "When the last one was, by the leader's clock, in seconds since 1970; 0 if there was none."),
          // Backups.
          counter(
              "relaykv_backups_total",
              "Backups that this node has begun to give, by what came of them (sent, broken_off).",
              "outcome"),
          gauge(
              "relaykv_backup_sent_timestamp_seconds",
              "When the last one of which all was sent was begun, in seconds since 1970; 0 if there was none since this node was started."),
          gauge("relaykv_backup_sent_index", "The log entry that it is as of."),
          gauge("relaykv_backup_sent_bytes", "How large it was."),
          gauge("relaykv_backup_sent_duration_seconds", "How long it took."),
          // Space.
          gauge("relaykv_disk_free_bytes", "Free space on the disk that the node's data is on."),
          gauge("relaykv_disk_stop_writes_bytes", "disk.stop-writes, as it is set."),
          gauge("relaykv_disk_refusing_puts", "1 if that disk is too short of space for puts."),
          counter("relaykv_disk_refused_puts_total", "Puts that were refused for it."),
          gauge("relaykv_keys", "Keys that have a value, in all accounts together; an estimate."),
          gauge(
              "relaykv_accounts_nearly_full",
              "Accounts that hold more than nine tenths of what they may."),
          // The database.
          gauge(
              "relaykv_rocksdb_live_sst_bytes",
              "What the table files of the present state take on the disk."),
          gauge(
              "relaykv_rocksdb_sst_bytes",
              "What all table files of the database take, also those that only a reader still needs."),
          gauge("relaykv_rocksdb_memtable_bytes", "What is in memory and not in table files yet."),
          gauge("relaykv_rocksdb_block_cache_bytes", "What the block cache holds."),
          gauge("relaykv_rocksdb_compactions_pending", "Column families that want a compaction."),
          gauge(
              "relaykv_rocksdb_compaction_pending_bytes",
              "What compactions should rewrite by now."),
          counter(
              "relaykv_rocksdb_block_cache_hits_total", "Blocks that a read found in the cache."),
          counter(
              "relaykv_rocksdb_block_cache_misses_total", "Blocks that a read did not find there."),
          counter(
              "relaykv_rocksdb_filter_hits_total",
              "Table files that a read passed by, as their filter said that the key is not there."),
          counter("relaykv_rocksdb_compaction_read_bytes_total", "What compactions have read."),
          counter(
              "relaykv_rocksdb_compaction_written_bytes_total", "What compactions have written."),
          counter(
              "relaykv_rocksdb_flush_written_bytes_total",
              "What was written from memory to new table files."),
          counter(
              "relaykv_rocksdb_stall_seconds_total",
              "For how long the database has held up applying, as it could not keep up."),
          // The process.
          gauge(
              "relaykv_certificate_expiry_timestamp_seconds",
              "When the certificate that is in use at a port (client, peer) expires, in seconds since 1970.",
              "port"),
          gauge("relaykv_start_time_seconds", "When this node was started, in seconds since 1970."),
          info("relaykv_build_info", "The version of RelayKV; the value is always 1.", "version"));

  private static final Map<String, Entry> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Entry::name, Function.identity()));

  private MetricCatalogue() {}

  /** What Prometheus takes a metric for. */
  public enum Type {
    /** Rises, and begins at 0 again when the node starts. */
    COUNTER,
    /** A present value. */
    GAUGE,
    /** Percentiles of the last minute, {@code _count} and {@code _sum} since the start. */
    SUMMARY,
    /** Always 1; what it says stands in the labels. */
    INFO;

    /** As it stands in the text format, which has no infos. */
    public String word() {
      return this == INFO ? GAUGE.word() : name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A metric.
   *
   * @param name as Prometheus shows it; a summary also has {@code NAME_count} and {@code NAME_sum}
   * @param labels besides {@code node}, which all have, and a summary's {@code quantile}
   * @param help one sentence
   */
  public record Entry(String name, Type type, List<String> labels, String help) {}

  /** All of them, in the order in which they are best read. */
  public static List<Entry> all() {
    return ALL;
  }

  /** The one of that name. */
  public static Optional<Entry> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  private static Entry counter(String name, String help, String... labels) {
    return new Entry(name, Type.COUNTER, List.of(labels), help);
  }

  private static Entry gauge(String name, String help, String... labels) {
    return new Entry(name, Type.GAUGE, List.of(labels), help);
  }

  private static Entry summary(String name, String help, String... labels) {
    return new Entry(name, Type.SUMMARY, List.of(labels), help);
  }

  private static Entry info(String name, String help, String... labels) {
    return new Entry(name, Type.INFO, List.of(labels), help);
  }
}
