package io.relaykv.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that nobody listens on. They lie below the range from which systems take the ports of
 * outgoing connections, so that none of these takes one of them before the node does. None is found
 * again before all others were: a node that is down finds its ports free when it comes back.
 */
final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int LAST = 30_000;
  private static final int TRIES = 200;

  private static int next = ThreadLocalRandom.current().nextInt(FIRST, LAST);

  private FreePorts() {}

  /** The first of {@code count} free ports in a row. */
  static synchronized int block(int count) {
    for (int i = 0; i < TRIES; i++) {
      int first = next + count <= LAST ? next : FIRST;
      next = first + count;
      if (allFree(first, count)) {
        return first;
      }
    }
    throw new IllegalStateException(
        "found no %d free ports in a row between %d and %d".formatted(count, FIRST, LAST));
  }

  private static boolean allFree(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
