package io.relaykv.server.access;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.server.metrics.MetricScope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;

/** What the door hands on, for tests of what stands behind it. */
public final class Shown {
  public static final Caller CALLER =
      new Caller(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234), "1");

  /** How many refusals an address may have before it is slowed down. */
  public static final int REFUSALS_PER_MINUTE = 600;

  private static final byte[] SECRET = new byte[ApiKeyText.SECRET_BYTES];

  private Shown() {}

  /** The key of that number, with a secret that tests share. */
  public static PresentedKey key(long id) {
    return new PresentedKey(ApiKeyText.of(Long.toString(id), SECRET));
  }

  /** What the cluster keeps of that secret. */
  public static byte[] hash() {
    return ApiKeyText.sha256(SECRET);
  }

  public static AuditLog audit(Path directory) throws IOException {
    return AuditLog.open(directory.resolve("audit.log"), "n1", Clock.systemUTC());
  }

  public static Refusals refusals(AuditLog audit) {
    return new Refusals(
        new FailureThrottle(REFUSALS_PER_MINUTE, () -> 0),
        audit,
        new MetricScope(new MetricRegistry(), "n1"));
  }
}
