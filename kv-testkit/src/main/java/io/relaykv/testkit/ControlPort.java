package io.relaykv.testkit;

import io.relaykv.testkit.node.FaultyNodeMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where the processes of one cluster's nodes connect to the test. */
final class ControlPort implements AutoCloseable {
  private static final int BACKLOG = 50;
  private static final int HELLO_TIMEOUT_MS = 10_000;

  private final ServerSocket listener;
  private final String token;
  private final Map<String, NodeInAProcess> nodes = new ConcurrentHashMap<>();

  private ControlPort(ServerSocket listener, String token) {
    this.listener = listener;
    this.token = token;
  }

  static ControlPort open() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    try {
      ControlPort port =
          new ControlPort(
              new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()),
              HexFormat.of().formatHex(random));
      onThread("testkit-accept", port::accept);
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void onThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Expects processes of this node from now on. */
  void expect(NodeInAProcess node) {
    nodes.put(node.id(), node);
  }

  /** What the process of a node finds the way here by. */
  Map<String, String> environmentOf(String id) {
    return Map.of(
        FaultyNodeMain.PORT,
        Integer.toString(listener.getLocalPort()),
        FaultyNodeMain.TOKEN,
        token,
        FaultyNodeMain.NODE,
        id);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        onThread("testkit-node", () -> welcome(socket));
      } catch (IOException e) {
        // It has been closed, or who connected is gone already.
      }
    }
  }

  private void welcome(Socket socket) {
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(HELLO_TIMEOUT_MS);
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      NodeInAProcess node = sender(reader.readLine());
      if (node == null) {
        socket.close();
        return;
      }
      socket.setSoTimeout(0);
      NodeChannel channel = new NodeChannel(socket, reader);
      node.connected(channel);
      channel.read();
    } catch (IOException e) {
      // The process has ended meanwhile.
    }
  }

  /** Null if it is a stranger. */
  private @Nullable NodeInAProcess sender(@Nullable String hello) {
    String[] words = hello == null ? new String[0] : hello.split(" ", -1);
    return words.length == 3 && words[0].equals("hello") && words[1].equals(token)
        ? nodes.get(words[2])
        : null;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
