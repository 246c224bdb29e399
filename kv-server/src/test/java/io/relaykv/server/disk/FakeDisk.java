package io.relaykv.server.disk;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.server.config.NodeConfig;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The disk of node n1, as full as a test says, and its guard with limits of 4, 10 and 20 MiB. */
public final class FakeDisk {
  public final MetricRegistry metrics = new MetricRegistry();
  public final DiskGuard guard;
  private long freeBytes = 1L << 40;
  private @Nullable IOException failure;

  public FakeDisk() {
    guard =
        new DiskGuard(
            "n1", new NodeConfig.Disk(4 << 20, 10 << 20, 20 << 20), this::freeBytes, metrics);
  }

  private long freeBytes() throws IOException {
    if (failure != null) {
      throw failure;
    }
    return freeBytes;
  }

  /** Has so much free space from now on, and is looked at. */
  public void has(long mebibytes) {
    freeBytes = mebibytes << 20;
    failure = null;
    guard.look();
  }

  /** Does not say how much it has, and is looked at. */
  void fails() {
    failure = new IOException("Input/output error");
    guard.look();
  }
}
