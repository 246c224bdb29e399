package io.relaykv.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaykv.server.http.Readiness.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointsTest {
  private static final Check STORE = new Check("store", true, "open");

  private final HttpClient client = HttpClient.newHttpClient();
  private final FakeProbe probe = new FakeProbe();
  private final List<Socket> slow = new ArrayList<>();
  private volatile String metrics = "up 1\n";
  private HttpEndpoints endpoints;

  @BeforeEach
  void start() {
    endpoints =
        HttpEndpoints.start(
            loopback(0),
            KnownHosts.of(List.of("kv1.example.org")),
            probe,
            out -> out.write(metrics.getBytes(UTF_8)));
  }

  @AfterEach
  void stop() throws IOException {
    closeSlow();
    endpoints.close();
  }

  private void closeSlow() throws IOException {
    for (Socket client : slow) {
      client.close();
    }
    slow.clear();
  }

  /** A client that does as the test wants. */
  private Socket open() throws IOException {
    Socket client = new Socket();
    client.setReceiveBufferSize(4096);
    client.connect(loopback(endpoints.port()));
    slow.add(client);
    return client;
  }

  private static String answerTo(Socket client) throws IOException {
    client.setSoTimeout(3000 * HttpLimits.REQUEST_SECONDS);
    try {
      return new String(client.getInputStream().readAllBytes(), UTF_8);
    } catch (SocketException e) {
      return "";
    }
  }

  @Test
  void tellsWhetherTheNodeIsAlive() {
    assertAnswer(get("/livez"), 200, "ok\n");

    probe.alive = false;

    assertAnswer(get("/livez"), 503, "not alive\n");
  }

  @Test
  void tellsWhetherTheNodeIsReady() {
    assertAnswer(get("/readyz"), 200, "ready\n");
    assertAnswer(get("/readyz?verbose"), 200, "[+] store: open\nready\n");
  }

  @Test
  void tellsWhyTheNodeIsNotReady() {
    probe.readiness =
        new Readiness(
            List.of(
                STORE, new Check("leader", false, "none"), new Check("disk", false, "9 MiB left")));

    assertAnswer(get("/readyz"), 503, "not ready: leader: none; disk: 9 MiB left\n");
    assertAnswer(
        get("/readyz?verbose"),
        503,
        """
        [+] store: open
        [-] leader: none
        [-] disk: 9 MiB left
        not ready: leader: none; disk: 9 MiB left
        """);
  }

  @Test
  void servesTheMetrics() {
    metrics = "größe 1\n".repeat(20_000);

    HttpResponse<String> response = get("/metrics");

    assertAnswer(response, 200, metrics);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void servesTheStatus() {
    HttpResponse<String> response = get("/status");

    assertAnswer(response, 200, "{\"node\":\"n1\"}");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void servesThePage() {
    HttpResponse<String> response = get("/");

    assertAnswer(response, 200, StatusPage.load().html());
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; script-src 'sha256-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/livez/",
        "/index.html",
        "/favicon.ico",
        "/livezz",
        "/metrics/x",
        "/%2e%2e/etc/passwd"
      })
  void knowsNothingElse(String path) {
    assertAnswer(get(path), 404, "not found: try /, /livez, /readyz, /metrics or /status\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
  void allowsReadingOnly(String method) {
    HttpResponse<String> response =
        send(request("/livez").method(method, BodyPublishers.ofString("body")).build());

    assertAnswer(response, 405, "only GET and HEAD are allowed\n");
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void answersHeadLikeGetWithoutTheBody() {
    HttpResponse<String> response =
        send(request("/livez").method("HEAD", BodyPublishers.noBody()).build());

    assertAnswer(response, 200, "");
    assertThat(response.headers().firstValue("Content-Length")).hasValue("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/metrics", "/status", "/nowhere"})
  void sendsTheSecurityHeaders(String path) {
    var headers = get(path).headers();

    assertThat(headers.firstValue("Cache-Control")).hasValue("no-store");
    assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(headers.firstValue("Content-Security-Policy"))
        .hasValue("default-src 'none'; frame-ancestors 'none'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/readyz", "/readyz?verbose", "/metrics", "/status", "/nowhere"})
  void aPageFromElsewhereReadsNothingThroughABrowserHere(String path) throws Exception {
    assertThat(askedAs("evil.example", path))
        .startsWith("HTTP/1.1 421 ")
        .endsWith(
            "\r\n\r\nthis node is not known by that name: ask by its address, or set listen.http-hosts\n");
    assertThat(askedAs("kv1.example.org", path)).doesNotStartWith("HTTP/1.1 421 ");
    assertThat(askedAs("localhost", path)).doesNotStartWith("HTTP/1.1 421 ");
  }

  @Test
  void aProbeThatIsNotToldOfNamesIsNotTheEndOfANode() throws Exception {
    assertThat(askedAs("kv1.cluster.example", "/livez"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("ok\n");
  }

  private String askedAs(String host, String path) throws IOException {
    Socket asking = open();
    asking
        .getOutputStream()
        .write(
            "GET %s HTTP/1.1\r\nHost: %s:7402\r\nConnection: close\r\n\r\n"
                .formatted(path, host)
                .getBytes(UTF_8));
    return answerTo(asking);
  }

  @Test
  void hidesTheReasonOfAFailure() {
    probe.failure = new IllegalStateException("secret");

    assertAnswer(get("/status"), 500, "internal error, see the log of the node\n");
  }

  @Test
  void answersAllWhenMoreAskThanThreadsAndQueueHold() throws Exception {
    int requests = 200;
    CountDownLatch firstArrived = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    probe.beforeStatus =
        () -> {
          firstArrived.countDown();
          awaitUninterruptibly(goOn);
        };

    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, requests)
            .mapToObj(i -> client.sendAsync(request("/status").build(), BodyHandlers.ofString()))
            .toList();
    firstArrived.await();
    goOn.countDown();

    assertThat(answers).allSatisfy(answer -> assertAnswer(answer.join(), 200, "{\"node\":\"n1\"}"));
  }

  @Test
  void answersWhileMoreClientsThanThreadsHaveSentHalfARequest() throws Exception {
    for (int i = 0; i < 10; i++) {
      open().getOutputStream().write("GET /livez HT".getBytes(UTF_8));
    }

    long begin = System.nanoTime();
    assertAnswer(get("/livez"), 200, "ok\n");

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isLessThan(Duration.ofSeconds(3 * HttpLimits.REQUEST_SECONDS));
    for (Socket client : slow) {
      assertThat(answerTo(client)).as("the node has hung up").isEmpty();
    }
  }

  @Test
  void answersWhileMoreClientsThanThreadsDoNotTakeTheirAnswer() throws Exception {
    // More than the system keeps for a client on its way.
    metrics = "x".repeat(6 << 20);
    for (int i = 0; i < 5; i++) {
      open()
          .getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
    }

    // One that has waited too long for its turn is hung up on itself, and asks again.
    await("an answer")
        .atMost(Duration.ofSeconds(3 * HttpLimits.RESPONSE_SECONDS))
        .untilAsserted(() -> assertAnswer(get("/livez"), 200, "ok\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /%s HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nX-Long: %s\r\n\r\n"})
  void takesNoLongRequests(String request) throws Exception {
    byte[] bytes = request.formatted("x".repeat(HttpLimits.HEADER_BYTES)).getBytes(UTF_8);
    Socket client = open();
    try {
      client.getOutputStream().write(bytes);
    } catch (IOException e) {
      // It may have hung up already.
    }

    assertThat(answerTo(client)).doesNotContain("200 OK");
    assertAnswer(get("/livez"), 200, "ok\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET * HTTP/1.1", "GET mailto:x HTTP/1.1", "GET", "/", "\u0000\u0001"})
  void outlivesWhatIsNoRequest(String line) throws Exception {
    Socket client = open();
    client
        .getOutputStream()
        .write((line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(UTF_8));

    assertThat(answerTo(client)).doesNotContain("200 OK");
    assertAnswer(get("/livez"), 200, "ok\n");
  }

  @Test
  void closesConnectionsBeyondTheLimit() throws Exception {
    for (int i = 0; i < HttpLimits.CONNECTIONS; i++) {
      open();
    }

    assertThat(answerTo(open())).isEmpty();

    closeSlow();
    await("there is room again").untilAsserted(() -> assertAnswer(get("/livez"), 200, "ok\n"));
  }

  @Test
  void namesTheAddressThatIsTaken() {
    var taken = loopback(endpoints.port());

    assertThatThrownBy(() -> HttpEndpoints.start(taken, KnownHosts.ANY, probe, out -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen for HTTP on localhost:" + endpoints.port() + ": ");
  }

  @Test
  void freesThePortAndTheThreadsWhenClosed() {
    get("/livez");
    var address = loopback(endpoints.port());
    endpoints.close();

    HttpEndpoints.start(address, KnownHosts.ANY, probe, out -> {}).close();

    assertThatThrownBy(() -> client.send(request("/livez").build(), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
    await("no thread is left")
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("http-")));
  }

  private HttpResponse<String> get(String path) {
    return send(request(path).GET().build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoints.port() + path));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertAnswer(HttpResponse<String> response, int status, String body) {
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.statusCode()).isEqualTo(status);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class FakeProbe implements NodeProbe {
    private volatile boolean alive = true;
    private volatile Readiness readiness = new Readiness(List.of(STORE));
    private volatile RuntimeException failure;
    private volatile Runnable beforeStatus = () -> {};

    @Override
    public boolean alive() {
      return alive;
    }

    @Override
    public Readiness ready() {
      return readiness;
    }

    @Override
    public String statusJson() {
      beforeStatus.run();
      if (failure != null) {
        throw failure;
      }
      return "{\"node\":\"n1\"}";
    }
  }
}
