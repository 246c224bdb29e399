package io.relaykv.tests.security;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Calls to one node under one key, with what comes back in one word. */
final class RawCalls implements AutoCloseable {
  private static final long PATIENCE_MS = 3000;

  private final ManagedChannel channel;
  private final Channel authorized;

  /**
   * @param authorization the value of that header; empty for none
   */
  RawCalls(String address, Optional<String> authorization) {
    channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    Metadata metadata = new Metadata();
    authorization.ifPresent(
        value ->
            metadata.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), value));
    authorized =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  /**
   * VALUE, MISSING, WRITTEN, PASSED, PAGE:keys, a failure's code, or the status that ended the
   * stream.
   */
  String request(Request.Builder request) {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    StreamObserver<ClientFrame> stream =
        KvGrpc.newStub(authorized)
            .withDeadlineAfter(PATIENCE_MS, TimeUnit.MILLISECONDS)
            .session(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerFrame frame) {
                    frame.getResponsesList().stream()
                        .map(RawCalls::word)
                        .forEach(outcome::complete);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    outcome.complete(Status.fromThrowable(failure).getCode().name());
                  }

                  @Override
                  public void onCompleted() {
                    outcome.complete("END");
                  }
                });
    byte[] session = new byte[16];
    ThreadLocalRandom.current().nextBytes(session);
    stream.onNext(
        ClientFrame.newBuilder()
            .setSessionId(ByteString.copyFrom(session))
            .addRequests(request.setId(1).setSequence(1))
            .build());
    String word = outcome.join();
    stream.onError(Status.CANCELLED.asRuntimeException());
    return word;
  }

  private static String word(Response response) {
    return switch (response.getResultCase()) {
      case FAILURE -> response.getFailure().getCode().name();
      case PAGE -> "PAGE:" + response.getPage().getKeysList();
      case VALUE, MISSING, WRITTEN, PASSED, RESULT_NOT_SET -> response.getResultCase().name();
    };
  }

  /** OK or the status's code. */
  <Q, P> String call(MethodDescriptor<Q, P> method, Q request) {
    try {
      CallOptions options =
          CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_MS, TimeUnit.MILLISECONDS);
      if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
        ClientCalls.blockingServerStreamingCall(authorized, method, options, request)
            .forEachRemaining(message -> {});
      } else {
        var unused =
            ClientCalls.futureUnaryCall(authorized.newCall(method, options), request).get();
      }
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    } catch (ExecutionException | CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException failure) {
        return failure.getStatus().getCode().name();
      }
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
