package io.relaykv.client.internal;

import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLogger;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.Slf4JLoggerFactory;
import java.lang.reflect.Proxy;

/**
 * Keeps gRPC's log of HTTP/2 frames quiet, at whatever level an application logs: it shows the
 * headers of every call, and with them the API key.
 */
@SuppressWarnings("deprecation") // Netty wants its own instance used, which cannot be derived from
final class FrameLog extends Slf4JLoggerFactory {
  private static final String FRAMES = "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler";

  private FrameLog() {}

  /** For all of this JVM that uses gRPC's shaded Netty; harmless to do twice. */
  static void keepQuiet() {
    InternalLoggerFactory.setDefaultFactory(new FrameLog());
  }

  @Override
  public InternalLogger newInstance(String name) {
    return name.equals(FRAMES) ? quiet(name) : super.newInstance(name);
  }

  private static InternalLogger quiet(String name) {
    return (InternalLogger)
        Proxy.newProxyInstance(
            InternalLogger.class.getClassLoader(),
            new Class<?>[] {InternalLogger.class},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == boolean.class) {
                return false;
              }
              return method.getReturnType() == String.class ? name : null;
            });
  }
}
