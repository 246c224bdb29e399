package io.relaykv.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.testkit.node.FaultyNodeMain;
import io.relaykv.testkit.node.LogFailure;
import io.relaykv.testkit.node.NodeFaults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The test's end of the channel; this class plays the node. */
@Timeout(30)
class ControlPortTest {
  private static final String COUNTS = "LOST_PACKET=7";

  private final ControlPort port = ControlPort.open();
  private final NodeInAProcess node =
      new NodeInAProcess("n1", NodeFaults.NONE.withSlowFsync(Duration.ofMillis(1)));

  @BeforeEach
  void expect() {
    port.expect(node);
  }

  @AfterEach
  void close() {
    port.close();
  }

  @Test
  void aStrangerIsShownTheDoor() throws IOException {
    try (Socket socket = connect()) {
      say(socket, "hello guessed n1");
      assertThat(readerOf(socket).readLine()).isNull();
    }
  }

  @Test
  void aNodeIsToldAllThatIsWrongAndEachChangeUntilItHasAnswered() throws IOException {
    try (Socket socket = connect();
        BufferedReader reader = readerOf(socket)) {
      greet(socket);
      assertThat(reader.readLine()).isEqualTo("1 faults 0\tfalse\t1000000\t0");
      CompletableFuture<Void> change =
          CompletableFuture.runAsync(() -> node.change(faults -> faults.withClientsCut(true)));
      assertThat(reader.readLine()).isEqualTo("2 faults 0\ttrue\t1000000\t0");
      say(socket, "1 " + COUNTS);
      assertThat(change).isNotDone();
      say(socket, "2 " + COUNTS);
      assertThat(change).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void aNodeThatEndsOrIsPausedHoldsNobodyUp() throws IOException {
    try (Socket socket = connect();
        BufferedReader reader = readerOf(socket)) {
      greet(socket);
      reader.readLine();
      node.pause(() -> {});
      node.change(faults -> faults.withClientsCut(true));
      CompletableFuture<Void> resume = CompletableFuture.runAsync(() -> node.resume(() -> {}));
      assertThat(reader.readLine())
          .as("told when it wakes")
          .isEqualTo("2 faults 0\ttrue\t1000000\t0");
      say(socket, "0 " + COUNTS);
      socket.shutdownOutput();
      assertThat(resume).succeedsWithin(Duration.ofSeconds(10));
    }
    await("what it said last").until(() -> node.counts().lostPackets() == 7);
    node.change(faults -> faults.withClientsCut(false));
  }

  @Test
  void whatFailsOnceIsTheLotOfOneProcess() throws IOException {
    LogFailure once = new LogFailure(1, LogFailure.Operation.WRITE, true, "broken");
    node.change(faults -> faults.withLogFailure(once));
    try (Socket socket = connect();
        BufferedReader reader = readerOf(socket)) {
      greet(socket);
      assertThat(reader.readLine()).endsWith("WRITE\ttrue\tbroken");
    }
    node.change(faults -> faults.withClientsCut(true));
    try (Socket socket = connect();
        BufferedReader reader = readerOf(socket)) {
      greet(socket);
      assertThat(reader.readLine()).isEqualTo("1 faults 0\ttrue\t1000000\t0");
    }
  }

  private int number(String name) {
    return Integer.parseInt(port.environmentOf("n1").get(name));
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), number(FaultyNodeMain.PORT));
  }

  private void greet(Socket socket) throws IOException {
    say(socket, "hello " + port.environmentOf("n1").get(FaultyNodeMain.TOKEN) + " n1");
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static BufferedReader readerOf(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }
}
