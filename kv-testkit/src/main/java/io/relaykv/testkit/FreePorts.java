package io.relaykv.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds ports that nobody listens on. They lie below the range from which systems take the ports of
 * outgoing connections, so that none of these takes one of them before the node does. None is found
 * again before all others were: a node that is down finds its ports free when it comes back, also
 * if tests run in other JVMs of this machine, as each JVM has ranges of its own.
 */
final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int LAST = 30_000;
  private static final int RANGE = 500;
  private static final int TRIES = 200;

  private static final FreePorts OF_THIS_JVM = new FreePorts();

  /** A range belongs to who listens on its first port, which is until this JVM ends. */
  private final Queue<ServerSocket> ranges = new ArrayDeque<>();

  private int next;
  private int end;

  /** The first of {@code count} free ports in a row. */
  static int block(int count) {
    return OF_THIS_JVM.find(count);
  }

  synchronized int find(int count) {
    for (int i = 0; i < TRIES; i++) {
      if (next + count > end) {
        enterRange();
      }
      int first = next;
      next += count;
      if (allFree(first, count)) {
        return first;
      }
    }
    throw new IllegalStateException(
        "found no %d free ports in a row between %d and %d".formatted(count, FIRST, LAST));
  }

  /** One that nobody has, or if there is none left, again the first that this JVM took. */
  private void enterRange() {
    ServerSocket range = takeRange();
    if (range == null) {
      range = ranges.poll();
    }
    if (range == null) {
      throw new IllegalStateException(
          "all ports between %d and %d are taken by other tests".formatted(FIRST, LAST));
    }
    ranges.add(range);
    next = range.getLocalPort() + 1;
    end = range.getLocalPort() + RANGE;
  }

  private static @Nullable ServerSocket takeRange() {
    int count = (LAST - FIRST) / RANGE;
    int begin = ThreadLocalRandom.current().nextInt(count);
    for (int i = 0; i < count; i++) {
      try {
        return listenOn(FIRST + (begin + i) % count * RANGE);
      } catch (IOException e) {
        // Somebody else's.
      }
    }
    return null;
  }

  private static boolean allFree(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try {
        listenOn(port).close();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private static ServerSocket listenOn(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
