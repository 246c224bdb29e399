package io.relaykv.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultyNodeMainTest {
  private static final int CANNOT_HAVE_FAULTS = 77;

  private static Process start(int port) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FaultyNodeMain.class.getName(),
            "help");
    builder.environment().put(FaultyNodeMain.PORT, Integer.toString(port));
    builder.environment().put(FaultyNodeMain.TOKEN, "secret");
    builder.environment().put(FaultyNodeMain.NODE, "n1");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void aNodeSaysWhoItIsAndRunsItsCommandOnceItHasBeenToldWhatIsWrong() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process = start(listener.getLocalPort());
      try (Socket socket = listener.accept();
          BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        assertThat(reader.readLine()).isEqualTo("hello secret n1");
        assertThat(process.isAlive()).isTrue();
        socket
            .getOutputStream()
            .write(
                ("1 faults " + NodeFaults.NONE.toText() + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(reader.readLine()).startsWith("1 CUT_MESSAGE=0 ");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void aNodeDoesNotBeginWithoutTheTest() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process = start(listener.getLocalPort());
      try {
        listener.accept().close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it has ended").isTrue();
        assertThat(process.exitValue()).isEqualTo(CANNOT_HAVE_FAULTS);
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
