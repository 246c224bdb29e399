package io.relaykv.server.http;

import java.util.Map;

/**
 * What a client may take of the JDK's HTTP server, which has no other way to be told than system
 * properties, read once, when the first server is made. What is set on the command line stays.
 *
 * <p>Without them a client that sends half a request, or does not read the answer, keeps a thread
 * for ever; a few of them, and the node answers no probe any more and is taken for dead.
 */
final class HttpLimits {
  /** For a request to arrive once it has begun. */
  static final int REQUEST_SECONDS = 5;

  /** For an answer to leave. */
  static final int RESPONSE_SECONDS = 10;

  /** More are closed as they come. */
  static final int CONNECTIONS = 512;

  /** Of the request line, and of the headers together. */
  static final int HEADER_BYTES = 16 << 10;

  private static final Map<String, Integer> PROPERTIES =
      Map.of(
          "sun.net.httpserver.maxReqTime", REQUEST_SECONDS,
          "sun.net.httpserver.maxRspTime", RESPONSE_SECONDS,
          "sun.net.httpserver.maxReqHeaders", 100,
          "sun.net.httpserver.maxReqHeaderSize", HEADER_BYTES,
          "jdk.httpserver.maxConnections", CONNECTIONS);

  private HttpLimits() {}

  /** Sets them; in vain once there is a server. */
  static void set() {
    PROPERTIES.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, String.valueOf(value));
          }
        });
  }
}
