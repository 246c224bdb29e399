package io.relaykv.testkit.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A node's connection to the test, over which it is told what is to go wrong. Lines of UTF-8. The
 * node begins with {@code hello TOKEN NAME}. Then each line of the test is {@code NUMBER COMMAND},
 * and is answered by {@code NUMBER COUNTS} when the command has been carried out; {@code 0 COUNTS}
 * tells of counts besides, as the node is about to halt. Commands are {@code faults TABLE}, {@code
 * counts}, {@code freeze} and {@code cut-power}; the last has no answer.
 *
 * <p>When the test is gone, so is the node.
 */
final class ControlChannel {
  private static final int TEST_IS_GONE = 75;
  private static final int POWER_IS_CUT = 76;

  private final BufferedReader reader;
  private final Writer writer;
  private final FaultsInForce network;
  private final LogDisk log;
  private final WallClock clock;

  private ControlChannel(Socket socket, FaultsInForce network, LogDisk log, WallClock clock)
      throws IOException {
    this.reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    this.writer = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
    this.network = network;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Connects, and returns when the faults that there are from the start have been put in.
   *
   * @param token shows the test that this is no stranger
   */
  static ControlChannel open(
      int port, String token, String name, FaultsInForce network, LogDisk log, WallClock clock)
      throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    ControlChannel channel = new ControlChannel(socket, network, log, clock);
    channel.write("hello " + token + " " + name);
    channel.obey(channel.reader.readLine());
    network.counters().onReport(channel::report);
    return channel;
  }

  /** Does what it is told from now on, on a thread of its own. */
  void start() {
    Thread thread = new Thread(this::run, "testkit-control");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        obey(reader.readLine());
      }
    } catch (IOException e) {
      halt(TEST_IS_GONE);
    } catch (RuntimeException e) {
      e.printStackTrace();
      halt(TEST_IS_GONE);
    }
  }

  private void obey(@Nullable String line) throws IOException {
    if (line == null) {
      throw new IOException("the test has closed the channel");
    }
    String[] words = line.split(" ", 3);
    switch (words[1]) {
      case "faults" -> set(NodeFaults.parse(words[2]));
      case "counts" -> {}
      case "freeze" -> log.freeze();
      case "cut-power" -> {
        log.cutPower();
        halt(POWER_IS_CUT);
      }
      default -> throw new IllegalArgumentException("unknown command " + line);
    }
    write(words[0] + " " + network.counters().toText());
  }

  private void set(NodeFaults faults) {
    network.set(faults);
    log.set(faults.logFailure(), faults.slowFsync());
    clock.set(faults.clockOffset());
  }

  private void report() {
    try {
      write("0 " + network.counters().toText());
    } catch (IOException e) {
      // Whoever reads finds it out too.
    }
  }

  private synchronized void write(String line) throws IOException {
    writer.write(line + "\n");
    writer.flush();
  }

  private static void halt(int exitCode) {
    Runtime.getRuntime().halt(exitCode);
  }
}
