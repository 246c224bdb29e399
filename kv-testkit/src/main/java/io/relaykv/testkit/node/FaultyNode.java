package io.relaykv.testkit.node;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.time.Clock;
import java.time.Instant;

/**
 * The node of this process, as changed classes reach it: {@link FaultAgent} has them call these
 * methods instead of others of the same names.
 */
public final class FaultyNode {
  static final FaultCounters COUNTERS = new FaultCounters();
  static final LogDisk LOG =
      new LogDisk(COUNTERS, Boolean.getBoolean("relaykv.testkit.skip-fsync"));
  static final WallClock CLOCK = new WallClock(Clock.systemUTC(), COUNTERS);

  private FaultyNode() {}

  /** Instead of {@code FileUtils.newFileChannel(File, OpenOption...)} of Ratis. */
  public static FileChannel newFileChannel(File file, OpenOption... options) throws IOException {
    return LOG.open(file, options);
  }

  /** Instead of {@link FileChannel#write(ByteBuffer)}. */
  public static int write(FileChannel channel, ByteBuffer from) throws IOException {
    return LOG.write(channel, from);
  }

  /** Instead of {@link FileChannel#force}. */
  public static void force(FileChannel channel, boolean metaData) throws IOException {
    LOG.force(channel, metaData);
  }

  /** Instead of {@link FileChannel#truncate}. */
  public static FileChannel truncate(FileChannel channel, long bytes) throws IOException {
    return LOG.truncate(channel, bytes);
  }

  /** Instead of {@link FileChannel#close}. */
  public static void close(FileChannel channel) throws IOException {
    LOG.close(channel);
  }

  /** Instead of {@link System#currentTimeMillis}. */
  public static long currentTimeMillis() {
    return CLOCK.millis();
  }

  /** Instead of {@link Clock#systemUTC}. */
  public static Clock systemUTC() {
    return CLOCK;
  }

  /** Instead of {@link Instant#now()}. */
  public static Instant now() {
    return CLOCK.instant();
  }
}
