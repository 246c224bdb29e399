package io.relaykv.server.disk;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.relaykv.server.config.NodeConfig;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether the node's disk has room for what grows: not once it has less free space than {@code
 * disk.stop-writes}, and then not until it has more than {@code disk.resume-writes}.
 *
 * <p>The margin below {@code disk.stop-writes} is for what goes on all the same. By default, in
 * MiB:
 *
 * <pre>
 *   128  log: the writes that are pending already, twice limits.pending-bytes (FairQueue)
 *    64  log: the puts that come before the disk is looked at again, at 64 MiB/s
 *     4  log: its file grows by so much at a time (RatisProperties.ENTRY_MAX)
 *   208  database: the same puts, and two write buffers of 8 MiB, when they are flushed
 *   288  database: a compaction of four such files with a level of 256 MiB
 *   128  disk.free-min: a node that stops meanwhile can start again, and deletes can be made
 *   ---
 *   820  of 1024
 * </pre>
 *
 * A database of many GiB has larger compactions, and wants a larger margin. A snapshot itself takes
 * next to nothing: it shares the files of the database.
 *
 * <p>Thread-safe; {@link #look} and {@link #wantsSnapshot} are for one thread, the node's timer.
 * Asking whether there is room is one read of a field.
 */
public final class DiskGuard implements AutoCloseable {
  /** How often {@link #look} is to be called. */
  public static final long LOOK_MS = 1000;

  /** A snapshot while there is no room: every half a minute. */
  private static final int LOOKS_PER_SNAPSHOT = 30;

  private static final Logger log = LoggerFactory.getLogger(DiskGuard.class);

  private final String nodeId;
  private final NodeConfig.Disk limits;
  private final FreeSpace space;
  private final MetricRegistry metrics;
  private final String metricPrefix;
  private final Counter refusedPuts;

  private volatile long freeBytes;

  /** Why nothing that grows is taken; null while there is room. */
  private volatile @Nullable String refusal;

  private boolean spaceUnknown;
  private int looksWithoutRoom;

  /** How much room a disk has. */
  @FunctionalInterface
  interface FreeSpace {
    long bytes() throws IOException;
  }

  DiskGuard(String nodeId, NodeConfig.Disk limits, FreeSpace space, MetricRegistry metrics) {
    this.nodeId = nodeId;
    this.limits = limits;
    this.space = space;
    this.metrics = metrics;
    this.metricPrefix = MetricRegistry.name("relaykv", "disk", nodeId) + ".";
    Gauge<Long> free = () -> freeBytes;
    Gauge<Boolean> refusing = () -> refusal().isPresent();
    Gauge<Long> stopWrites = limits::stopWritesBytes;
    metrics.gauge(metricPrefix + "free_bytes", () -> free);
    metrics.gauge(metricPrefix + "stop_writes_bytes", () -> stopWrites);
    metrics.gauge(metricPrefix + "refusing_puts", () -> refusing);
    this.refusedPuts = metrics.counter(metricPrefix + "refused_puts");
    look();
  }

  /**
   * Guards the disk that {@code directory} is on, and has looked at it once.
   *
   * @throws IOException if the directory is not there
   */
  public static DiskGuard of(
      String nodeId, Path directory, NodeConfig.Disk limits, MetricRegistry metrics)
      throws IOException {
    FileStore disk = Files.getFileStore(directory);
    return new DiskGuard(nodeId, limits, disk::getUsableSpace, metrics);
  }

  /** Looks at the disk. */
  public void look() {
    try {
      freeBytes = space.bytes();
      spaceUnknown = false;
    } catch (IOException e) {
      if (!spaceUnknown) {
        log.warn("Cannot tell how much free space there is: {}", e.toString());
      }
      spaceUnknown = true;
      return;
    }
    boolean refused = refusal != null;
    boolean refuse =
        refused ? freeBytes <= limits.resumeWritesBytes() : freeBytes < limits.stopWritesBytes();
    looksWithoutRoom = refuse ? looksWithoutRoom + 1 : 0;
    if (refuse) {
      String reason = reason();
      refusal = reason;
      if (!refused) {
        log.warn("{}", reason);
      }
    } else if (refused) {
      refusal = null;
      log.info("{} takes puts again: its disk has {} free", nodeId, mebibytes(freeBytes));
    }
  }

  private String reason() {
    return "%s takes no puts, as its disk has only %s free (disk.stop-writes is %s): delete keys or give the disk room; above %s it takes them again by itself"
        .formatted(
            nodeId,
            mebibytes(freeBytes),
            mebibytes(limits.stopWritesBytes()),
            mebibytes(limits.resumeWritesBytes()));
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  /** Why nothing that grows is taken, in words for whoever is refused; empty if there is room. */
  public Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** A put has been refused for it. */
  public void refusedPut() {
    refusedPuts.inc();
  }

  /**
   * Whether to take a snapshot for the sake of space, asked after each look: at once when there is
   * no room any more, then every half a minute. Each lets go of the log before it, and of the files
   * that only an older snapshot still holds, so that deletes give space back. Not below {@code
   * disk.free-min}, where it may fail, and with it the node.
   */
  public boolean wantsSnapshot() {
    return looksWithoutRoom % LOOKS_PER_SNAPSHOT == 1 && freeBytes >= limits.freeMinBytes();
  }

  /** Takes the metrics away. */
  @Override
  public void close() {
    metrics.removeMatching((name, metric) -> name.startsWith(metricPrefix));
  }
}
