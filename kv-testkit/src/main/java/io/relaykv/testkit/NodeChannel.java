package io.relaykv.testkit;

import io.relaykv.testkit.node.FaultCounters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The test's end of what {@code io.relaykv.testkit.node.ControlChannel} describes. Thread-safe; one
 * thread runs {@link #read}.
 */
final class NodeChannel {
  /** For a machine that is very busy. */
  private static final long ANSWER_SECONDS = 30;

  private final Socket socket;
  private final BufferedReader reader;
  private final Writer writer;
  private final AtomicLong lastNumber = new AtomicLong();
  private final Map<Long, CompletableFuture<Boolean>> unanswered = new ConcurrentHashMap<>();
  private volatile FaultCounts counts = FaultCounts.NONE;
  private volatile boolean open = true;

  NodeChannel(Socket socket, BufferedReader reader) throws IOException {
    this.socket = socket;
    this.reader = reader;
    this.writer = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
  }

  /**
   * Sends a command. The answer is true once the node has carried it out, and false if its process
   * has ended.
   */
  CompletableFuture<Boolean> ask(String command) {
    long number = lastNumber.incrementAndGet();
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    unanswered.put(number, answer);
    try {
      synchronized (writer) {
        writer.write(number + " " + command + "\n");
        writer.flush();
      }
    } catch (IOException e) {
      open = false;
    }
    if (!open) {
      end();
    }
    return answer;
  }

  /**
   * Waits for an answer.
   *
   * @throws IllegalStateException if a node that runs does not answer
   */
  static void await(CompletableFuture<Boolean> answer, String node) {
    try {
      answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          node + " runs, but takes no faults: has something else stopped it?", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Reads answers until the process ends. */
  void read() {
    try (socket) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int space = line.indexOf(' ');
        counts = FaultCounts.of(FaultCounters.parse(line.substring(space + 1)));
        CompletableFuture<Boolean> answer =
            unanswered.remove(Long.parseLong(line.substring(0, space)));
        if (answer != null) {
          answer.complete(true);
        }
      }
    } catch (IOException e) {
      // The process was killed.
    } finally {
      end();
    }
  }

  private void end() {
    open = false;
    unanswered.values().forEach(answer -> answer.complete(false));
  }

  boolean isOpen() {
    return open;
  }

  /** As the node has said last. */
  FaultCounts counts() {
    return counts;
  }
}
