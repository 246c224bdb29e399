package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.relaykv.server.config.HostPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PortsTest {
  private static final int ATTEMPTS = 2000;

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HostPort taken = new HostPort("127.0.0.1", other.getLocalPort());
      assertThatIOException()
          .isThrownBy(() -> Ports.requireFree("listen.peer", taken))
          .withMessageContaining("listen.peer = " + taken)
          .withMessageContaining("in use");
    }
  }

  @Test
  void nobodyCanConnectWhileAPortIsLookedAt() throws Exception {
    HostPort free = freePort();
    CompletableFuture<Void> connecting =
        CompletableFuture.runAsync(() -> connectAgainAndAgain(free));
    while (!connecting.isDone()) {
      Ports.requireFree("listen.peer", free);
    }
    connecting.get(10, TimeUnit.SECONDS);
  }

  private static HostPort freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", free.getLocalPort());
    }
  }

  private static void connectAgainAndAgain(HostPort address) {
    for (int i = 0; i < ATTEMPTS; i++) {
      assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(address));
    }
  }

  private static void connect(HostPort address) throws IOException {
    try (Socket socket = new Socket()) {
      // From another address, or it may meet itself.
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
      socket.connect(address.socketAddress());
    }
  }
}
