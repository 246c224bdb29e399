package io.relaykv.server.raft;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what was refused on the peer port; not all of it, as a removed node never stops calling. */
final class RefusedCalls {
  private static final Logger log = LoggerFactory.getLogger(RefusedCalls.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final AtomicLong nextReport = new AtomicLong(System.nanoTime());
  private final AtomicLong unreported = new AtomicLong();

  void report(ServerCall<?, ?> call, String caller, String reason) {
    long now = System.nanoTime();
    long due = nextReport.get();
    if (now - due < 0 || !nextReport.compareAndSet(due, now + PAUSE_NANOS)) {
      unreported.incrementAndGet();
      return;
    }
    log.warn(
        "Refused {} on the peer port: {} {} (from {}; {} more since the last report)",
        call.getMethodDescriptor().getBareMethodName(),
        caller,
        reason,
        call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
        unreported.getAndSet(0));
  }
}
