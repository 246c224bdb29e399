package io.relaykv.server.api;

import com.codahale.metrics.Counter;
import io.relaykv.server.metrics.MetricScope;
import java.time.Duration;

/**
 * What is shown of the backups that a node has given since it was started. It cannot know more than
 * that all of one has left: whether it has become a file, and who keeps that, is not seen from
 * here. Thread-safe.
 */
final class BackupMetrics {
  private final Counter sent;
  private final Counter brokenOff;
  private volatile Sent last = new Sent(0, 0, 0, Duration.ZERO);

  /**
   * A backup of which all has left this node.
   *
   * @param createdAtMs the time that it carries
   * @param appliedIndex the log entry that it is as of
   * @param bytes of its parts
   * @param took from its first part to its last
   */
  record Sent(long createdAtMs, long appliedIndex, long bytes, Duration took) {}

  BackupMetrics(MetricScope metrics) {
    this.sent = metrics.counter("relaykv_backups", "outcome", "sent");
    this.brokenOff = metrics.counter("relaykv_backups", "outcome", "broken_off");
    metrics.gauge("relaykv_backup_sent_timestamp_seconds", () -> last.createdAtMs() / 1000.0);
    metrics.gauge("relaykv_backup_sent_index", () -> last.appliedIndex());
    metrics.gauge("relaykv_backup_sent_bytes", () -> last.bytes());
    metrics.gauge("relaykv_backup_sent_duration_seconds", () -> last.took().toNanos() / 1e9);
  }

  void sent(Sent backup) {
    last = backup;
    sent.inc();
  }

  /** One had begun, and not all of it has left. */
  void brokenOff() {
    brokenOff.inc();
  }
}
