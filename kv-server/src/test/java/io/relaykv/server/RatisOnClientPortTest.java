package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftClientProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of Ratis can be reached where clients connect, whoever they are. */
@Timeout(60)
class RatisOnClientPortTest {
  @Test
  void noMethodIsServed(@TempDir Path directory) throws IOException {
    NodeSettings settings = NodeSettings.in(directory);
    NodeDirectory.bootstrap(settings.config());
    KvNode node =
        KvNode.start(
            settings.config(),
            (what, cause) -> {
              throw new AssertionError(what, cause);
            });
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", settings.clientPort()).usePlaintext().build();
    try {
      List<String> methods =
          Stream.of(
                  RaftServerProtocolServiceGrpc.getServiceDescriptor(),
                  RaftClientProtocolServiceGrpc.getServiceDescriptor(),
                  AdminProtocolServiceGrpc.getServiceDescriptor())
              .flatMap(service -> service.getMethods().stream())
              .map(org.apache.ratis.thirdparty.io.grpc.MethodDescriptor::getFullMethodName)
              .toList();
      assertThat(methods).hasSizeGreaterThan(10);
      assertThat(methods).allSatisfy(method -> assertUnimplemented(channel, method));
    } finally {
      channel.shutdownNow();
      node.close();
    }
  }

  private static void assertUnimplemented(ManagedChannel channel, String method) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(
                        channel, TestKeys.showing(TestKeys.ADMIN.reveal())),
                    descriptor,
                    CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                    new byte[0]));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
