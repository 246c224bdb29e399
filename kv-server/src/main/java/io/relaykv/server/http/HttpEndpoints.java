package io.relaykv.server.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The HTTP port of a node: {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /status} and
 * {@code /}, a page that shows it.
 *
 * <p>A few threads answer, a few connections wait for them, and the rest wait in the backlog of the
 * system; none of them for long ({@link HttpLimits}). Thread-safe.
 */
public final class HttpEndpoints implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int WAITING = 64;
  private static final int BACKLOG = 64;

  static {
    HttpLimits.set();
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private HttpEndpoints(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Listens and answers from now on.
   *
   * @param listen where; port 0 for any free one
   * @param hosts by which names it may be asked
   * @throws UncheckedIOException naming the address, if it cannot be listened on
   */
  public static HttpEndpoints start(
      InetSocketAddress listen, KnownHosts hosts, NodeProbe probe, MetricsPage metrics) {
    HttpServer server = bind(listen);
    ExecutorService threads = newThreads();
    server.setExecutor(threads);
    server.createContext("/", new Pages(hosts, probe, metrics, StatusPage.load()));
    server.start();
    return new HttpEndpoints(server, threads);
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops listening and cuts open connections. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static HttpServer bind(InetSocketAddress listen) {
    try {
      return HttpServer.create(listen, BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen for HTTP on %s:%d: %s"
              .formatted(listen.getHostString(), listen.getPort(), e.getMessage()),
          e);
    }
  }

  /** When all are busy the accepting thread answers itself, and accepts nothing meanwhile. */
  private static ExecutorService newThreads() {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, "http-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    return new ThreadPoolExecutor(
        THREADS,
        THREADS,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(WAITING),
        factory,
        new ThreadPoolExecutor.CallerRunsPolicy());
  }
}
