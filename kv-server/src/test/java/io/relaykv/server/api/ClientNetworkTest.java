package io.relaykv.server.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.metrics.NodeMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to connections, seen from their other ends. */
@Timeout(30)
class ClientNetworkTest {
  private static final String NODE = "gate-test";
  private static final String METRICS = "relaykv.client_port." + NODE + ".";

  /** The last number of a loopback address. */
  private static final byte HERE = 1;

  private static final byte ELSEWHERE = 2;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** An HTTP/2 frame of settings without any. */
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  private static final Duration LONG = Duration.ofMinutes(1);

  /** But long enough for a first call on a busy machine. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private @Nullable ClientNetwork network;
  private @Nullable Server server;

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    server.shutdownNow().awaitTermination();
    network.close();
  }

  @Test
  void oneAddressHasSoManyConnectionsAndAnotherItsOwn() throws IOException {
    serve(100, 2, LONG);
    Socket first = connect(HERE);
    Socket second = connect(HERE);
    assertThat(isServed(first)).isTrue();
    assertThat(isServed(second)).isTrue();

    assertThat(isServed(connect(HERE))).as("the third").isFalse();
    assertThat(isServed(connect(ELSEWHERE))).as("from another address").isTrue();
    assertThat(counter("connections_refused")).isEqualTo(1);

    second.close();
    awaitOpen(2);
    assertThat(isServed(connect(HERE))).isTrue();
    assertThat(isOpen(first)).as("a connection that was there before").isTrue();
  }

  @Test
  void thereAreSoManyConnectionsInAll() throws IOException {
    serve(3, 2, LONG);
    assertThat(isServed(connect(HERE))).isTrue();
    assertThat(isServed(connect(HERE))).isTrue();
    assertThat(isServed(connect(ELSEWHERE))).isTrue();

    assertThat(isServed(connect(ELSEWHERE))).as("the fourth").isFalse();
    awaitOpen(3);
  }

  @Test
  void whoDoesNotShowInTimeWhoHeIsIsClosedWhateverElseHeDoes() throws IOException {
    serve(100, 100, SHORT);
    Socket silent = connect(HERE);
    Socket stuck = connect(HERE);
    stuck.getOutputStream().write(PREFACE.substring(0, 9).getBytes(US_ASCII));
    Socket idle = connect(HERE);
    idle.getOutputStream().write(PREFACE.getBytes(US_ASCII));
    idle.getOutputStream().write(SETTINGS);
    Socket noHttp = connect(HERE);
    noHttp.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));

    for (Socket socket : List.of(silent, stuck, idle, noHttp)) {
      await("the connection to be closed").until(() -> !isOpen(socket));
    }
    awaitOpen(0);
    assertThat(counter("connections_never_authenticated")).isBetween(3L, 4L);
  }

  @Test
  void whoIsAuthenticatedStays() throws IOException {
    serve(100, 100, SHORT);
    Socket known = connect(HERE);
    assertThat(isServed(known)).isTrue();
    network.authenticated(known.getLocalSocketAddress());
    Socket laterUnknown = connect(HERE);

    await("the later one to be closed").until(() -> !isOpen(laterUnknown));

    assertThat(isOpen(known)).isTrue();
    awaitOpen(1);
  }

  @Test
  void aCallCountsAsProof() throws IOException {
    serve(100, 100, SHORT);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    opened.add(channel::shutdownNow);
    assertThat(AdminGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance()))
        .isEqualTo(StatusResponse.getDefaultInstance());
    Socket laterUnknown = connect(HERE);

    await("the later one to be closed").until(() -> !isOpen(laterUnknown));

    awaitOpen(1);
    assertThat(counter("connections_never_authenticated")).isEqualTo(1);
  }

  @Test
  void itsThreadsCarryTheNodesNameAndEndWithIt() throws IOException {
    serve(100, 100, LONG);
    assertThat(isServed(connect(HERE))).isTrue();
    assertThat(threads())
        .anyMatch(name -> name.startsWith(NODE + "-client-accept"))
        .anyMatch(name -> name.startsWith(NODE + "-client-io"));

    server.shutdownNow();
    network.close();

    await("the threads to end").until(() -> threads().isEmpty());
    assertThat(NodeMetrics.registry().getNames()).noneMatch(name -> name.startsWith(METRICS));
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(NODE))
        .toList();
  }

  private void serve(int connections, int perAddress, Duration authentication) throws IOException {
    network = new ClientNetwork(NODE, connections, perAddress, authentication);
    server =
        network
            .newServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(new Answering())
            .intercept(new Authenticating(network))
            .build()
            .start();
  }

  private Socket connect(byte from) throws IOException {
    Socket socket = new Socket();
    opened.add(socket);
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, from}), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
    return socket;
  }

  /** A server of HTTP/2 speaks first. */
  private static boolean isServed(Socket socket) {
    try {
      socket.setSoTimeout(10_000);
      return socket.getInputStream().read() >= 0;
    } catch (IOException reset) {
      return false;
    }
  }

  private static boolean isOpen(Socket socket) {
    try {
      socket.setSoTimeout(20);
      while (socket.getInputStream().read() >= 0) {
        // what the server has said
      }
      return false;
    } catch (SocketTimeoutException nothingMore) {
      return true;
    } catch (IOException reset) {
      return false;
    }
  }

  private static long counter(String name) {
    return NodeMetrics.registry().counter(METRICS + name).getCount();
  }

  /** The other end of a connection may see its end first. */
  private static void awaitOpen(int connections) {
    await("%d connections to be open".formatted(connections)).until(() -> open() == connections);
  }

  private static int open() {
    MetricRegistry registry = NodeMetrics.registry();
    return (Integer) ((Gauge<?>) registry.getMetrics().get(METRICS + "connections")).getValue();
  }

  /** Takes whoever calls for who they say they are. */
  private record Authenticating(ClientNetwork network) implements ServerInterceptor {
    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
      network.authenticated(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
      return next.startCall(call, headers);
    }
  }

  private static final class Answering extends AdminGrpc.AdminImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> response) {
      response.onNext(StatusResponse.getDefaultInstance());
      response.onCompleted();
    }
  }
}
