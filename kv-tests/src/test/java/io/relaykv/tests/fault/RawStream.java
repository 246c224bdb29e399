package io.relaykv.tests.fault;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.Put;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream to one node that does what no client does: stays there, repeats itself, asks at once.
 */
public final class RawStream implements AutoCloseable {
  private final ManagedChannel channel;
  private final StreamObserver<ClientFrame> toNode;
  private final Map<Long, CompletableFuture<Response>> unanswered = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private volatile @Nullable Throwable broken;

  /** Connects when it is first asked; a stream that breaks stays broken. */
  public RawStream(String address, String apiKey, ByteString sessionId) {
    Metadata shown = new Metadata();
    shown.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + apiKey);
    channel =
        NettyChannelBuilder.forTarget(address)
            .usePlaintext()
            .intercept(MetadataUtils.newAttachHeadersInterceptor(shown))
            .build();
    toNode =
        KvGrpc.newStub(channel)
            .session(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerFrame frame) {
                    for (Response response : frame.getResponsesList()) {
                      unanswered.remove(response.getId()).complete(response);
                    }
                  }

                  @Override
                  public void onError(Throwable failure) {
                    broken = failure;
                    unanswered.values().forEach(one -> one.completeExceptionally(failure));
                  }

                  @Override
                  public void onCompleted() {}
                });
    toNode.onNext(ClientFrame.newBuilder().setSessionId(sessionId).build());
  }

  /** What the node answers, which may be never. */
  public CompletableFuture<Response> put(String key, String json, long sequence) {
    return send(
        Request.newBuilder()
            .setSequence(sequence)
            .setPut(Put.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(json))));
  }

  /** What the node answers, which may be never. */
  public CompletableFuture<Response> get(String key) {
    return send(Request.newBuilder().setGet(Get.newBuilder().setKey(key)));
  }

  private synchronized CompletableFuture<Response> send(Request.Builder request) {
    CompletableFuture<Response> answer = new CompletableFuture<>();
    long id = lastId.incrementAndGet();
    unanswered.put(id, answer);
    toNode.onNext(ClientFrame.newBuilder().addRequests(request.setId(id)).build());
    Throwable failure = broken;
    if (failure != null) {
      answer.completeExceptionally(failure);
    }
    return answer;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
