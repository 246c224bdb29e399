package io.relaykv.tests.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections to a node that ask for nothing. Not thread-safe. */
final class Crowd implements AutoCloseable {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** An HTTP/2 frame of settings without any. */
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  private final InetSocketAddress node;
  private final List<SocketChannel> connections = new ArrayList<>();

  Crowd(String address) {
    int colon = address.lastIndexOf(':');
    node =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  /** Opens connections that say all that a client must say, and then nothing more. */
  Crowd addIdle(int count) {
    ByteBuffer hello = ByteBuffer.allocate(PREFACE.length() + SETTINGS.length);
    hello.put(PREFACE.getBytes(US_ASCII)).put(SETTINGS);
    for (int i = 0; i < count; i++) {
      add(hello.rewind());
    }
    return this;
  }

  /** Opens connections of which each other one says nothing at all, the rest half a preface. */
  Crowd addHalfOpen(int count) {
    byte[] half = PREFACE.substring(0, 9).getBytes(US_ASCII);
    for (int i = 0; i < count; i++) {
      add(ByteBuffer.wrap(half, 0, i % 2 == 0 ? 0 : half.length));
    }
    return this;
  }

  private void add(ByteBuffer hello) {
    try {
      SocketChannel connection = SocketChannel.open(node);
      connections.add(connection);
      connection.write(hello);
    } catch (IOException e) {
      if (connections.isEmpty()) {
        throw new UncheckedIOException("cannot connect to " + node, e);
      }
      // The node has closed it at once.
    }
  }

  /** Waits for the first word of the node on each, which servers of HTTP/2 speak unasked. */
  long served() {
    return connections.stream().filter(Crowd::isServed).count();
  }

  private static boolean isServed(SocketChannel connection) {
    try {
      return connection.read(ByteBuffer.allocate(1)) > 0;
    } catch (IOException reset) {
      return false;
    }
  }

  /** How many the node has not closed. */
  long open() {
    return connections.stream().filter(Crowd::isOpen).count();
  }

  private static boolean isOpen(SocketChannel connection) {
    try {
      connection.configureBlocking(false);
      ByteBuffer said = ByteBuffer.allocate(1024);
      int read = connection.read(said);
      while (read > 0) {
        read = connection.read(said.clear());
      }
      return read == 0;
    } catch (IOException reset) {
      return false;
    }
  }

  @Override
  public void close() {
    for (SocketChannel connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
