package io.relaykv.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a request. Runs on the threads of {@link HttpEndpoints}. */
final class Pages implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Pages.class);

  private static final int PIECE_BYTES = 64 << 10;

  private final KnownHosts hosts;
  private final NodeProbe probe;
  private final MetricsPage metrics;
  private final Response statusPage;

  Pages(KnownHosts hosts, NodeProbe probe, MetricsPage metrics, StatusPage statusPage) {
    this.hosts = hosts;
    this.probe = probe;
    this.metrics = metrics;
    this.statusPage = Response.page(statusPage);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, answer(exchange));
    }
  }

  private Response answer(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Response.text(405, "only GET and HEAD are allowed");
    }
    String path = exchange.getRequestURI().getPath();
    // What says nothing is never refused: whoever asks it may kill the process for the answer.
    if (!"/livez".equals(path)
        && !hosts.know(exchange.getRequestHeaders().getOrDefault("Host", List.of()))) {
      return Response.text(
          421, "this node is not known by that name: ask by its address, or set listen.http-hosts");
    }
    try {
      return page(path, exchange.getRequestURI().getQuery());
    } catch (IOException | RuntimeException e) {
      LOG.warn("cannot answer {} {}", method, path, e);
      return Response.text(500, "internal error, see the log of the node");
    }
  }

  private Response page(String path, @Nullable String query) throws IOException {
    return switch (path) {
      case "/" -> statusPage;
      case "/livez" -> probe.alive() ? Response.text(200, "ok") : Response.text(503, "not alive");
      case "/readyz" -> readiness(probe.ready(), "verbose".equals(query));
      case "/metrics" -> metrics();
      case "/status" -> Response.json(probe.statusJson());
      default -> Response.text(404, "not found: try /, /livez, /readyz, /metrics or /status");
    };
  }

  private static Response readiness(Readiness readiness, boolean verbose) {
    return Response.text(
        readiness.isReady() ? 200 : 503, verbose ? readiness.verbose() : readiness.summary());
  }

  private Response metrics() throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.writeTo(page);
    return Response.metrics(page.toString(UTF_8));
  }

  private static void send(HttpExchange exchange, Response response) throws IOException {
    byte[] body = response.body().getBytes(UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", response.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Content-Security-Policy", response.contentSecurityPolicy());
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", String.valueOf(body.length));
      exchange.sendResponseHeaders(response.status(), -1);
    } else {
      exchange.sendResponseHeaders(response.status(), body.length);
      write(exchange.getResponseBody(), body);
    }
  }

  /** Piece by piece: the JDK's server makes a copy of what it is given at a time. */
  private static void write(OutputStream out, byte[] body) throws IOException {
    for (int from = 0; from < body.length; from += PIECE_BYTES) {
      out.write(body, from, Math.min(PIECE_BYTES, body.length - from));
    }
  }
}
