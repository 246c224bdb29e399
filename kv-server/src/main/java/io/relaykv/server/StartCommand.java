package io.relaykv.server;

import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.log.NodeLog;
import io.relaykv.server.metrics.JmxMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a node until it is told to stop. */
@Command(
    name = "start",
    description =
        "Runs a node until SIGTERM, which hands its leadership over and stops it in order.",
    mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(9);

  /** Between a node's first open port and the end of its start. */
  private static final Duration START_ENDS_WITHIN = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(StartCommand.class);

  private final NodeSeams seams;

  @Mixin private ConfigFileOption config = new ConfigFileOption();

  @Option(
      names = "--join",
      description = {
        "Makes the data directory if it is missing or empty, for a node that waits until it is added to"
            + " a cluster (kv-shell member add). Otherwise a plain start."
      })
  private boolean join;

  StartCommand(NodeSeams seams) {
    this.seams = seams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    NodeConfig loaded = config.load().config();
    NodeLog.configure(loaded.nodeId(), loaded.log().level(), loaded.log().format());
    if (loaded.metrics().jmx()) {
      // For as long as the process lives.
      var unused = JmxMetrics.start();
    }
    if (join) {
      NodeDirectory.makeToJoin(loaded);
    }
    // Before the node opens its ports: from then on somebody may count on it.
    CompletableFuture<KvNode> started = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "stop"));
    started.complete(KvNode.start(loaded, FatalHandler.halt(), seams));
    // The hook ends the process, so that the exit code does not depend on who is faster.
    new CountDownLatch(1).await();
    return ExitCodes.OK;
  }

  private static void stop(Future<KvNode> started) {
    Thread watchdog = new Thread(StartCommand::haltInTime, "stop-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
    NodeLog.stopping();
    try {
      started.get(START_ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS).close();
    } catch (TimeoutException e) {
      log.info("Told to stop while it was starting; nothing was served yet");
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("nobody does that", e);
    }
    KvServerMain.halt(ExitCodes.OK);
  }

  /** A disk that hangs must not keep the node from stopping: it is as safe as a crash. */
  private static void haltInTime() {
    try {
      Thread.sleep(STOP_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.println(
        "kv-server: did not stop in order within " + STOP_TIMEOUT.toSeconds() + " s");
    KvServerMain.halt(ExitCodes.HALTED);
  }
}
