package io.relaykv.server;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A client's stream without a client: what is sent and what comes back, frame by frame. */
final class RawStream implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final ManagedChannel channel;
  private final List<ServerFrame> frames = new ArrayList<>();
  private ClientCallStreamObserver<ClientFrame> requests;
  private @Nullable Status end;

  RawStream(int port, ApiKeyText key) {
    this(port, key, "identity");
  }

  /**
   * @param compression of what is sent, as gRPC calls it
   */
  RawStream(int port, ApiKeyText key, String compression) {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .intercept(TestKeys.showing(key.reveal()))
            .build();
    var unused =
        KvGrpc.newStub(channel)
            .withCompression(compression)
            .session(
                new ClientResponseObserver<ClientFrame, ServerFrame>() {
                  @Override
                  public void beforeStart(ClientCallStreamObserver<ClientFrame> stream) {
                    requests = stream;
                  }

                  @Override
                  public void onNext(ServerFrame frame) {
                    received(frame);
                  }

                  @Override
                  public void onError(Throwable cause) {
                    ended(Status.fromThrowable(cause));
                  }

                  @Override
                  public void onCompleted() {
                    ended(Status.OK);
                  }
                });
  }

  private synchronized void received(ServerFrame frame) {
    frames.add(frame);
  }

  private synchronized void ended(Status status) {
    end = status;
  }

  private synchronized List<ServerFrame> frames() {
    return List.copyOf(frames);
  }

  private synchronized @Nullable Status end() {
    return end;
  }

  RawStream sends(ClientFrame frame) {
    requests.onNext(frame);
    return this;
  }

  /** The first frame: the session, and perhaps requests. */
  RawStream begins(Request... first) {
    return sends(
        ClientFrame.newBuilder()
            .setSessionId(ByteString.copyFrom(new byte[16]))
            .addAllRequests(List.of(first))
            .build());
  }

  RawStream sends(Request... more) {
    return sends(ClientFrame.newBuilder().addAllRequests(List.of(more)).build());
  }

  void completes() {
    requests.onCompleted();
  }

  ServerFrame awaitFrame(int number) {
    return soon("frame " + number)
        .until(this::frames, received -> received.size() > number)
        .get(number);
  }

  Response awaitResponse(long id) {
    return soon("the response to " + id)
        .until(() -> response(id), Optional::isPresent)
        .orElseThrow();
  }

  private static ConditionFactory soon(String what) {
    return await(what).atMost(ANSWER).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
  }

  private Optional<Response> response(long id) {
    return frames().stream()
        .flatMap(frame -> frame.getResponsesList().stream())
        .filter(response -> response.getId() == id)
        .findFirst();
  }

  Status awaitEnd() {
    soon("the end of the stream").until(() -> end() != null);
    return Status.fromCode(end().getCode()).withDescription(end().getDescription());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
