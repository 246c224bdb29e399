package io.relaykv.server.access;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that stands before the door, and what becomes of it. */
final class FakeCall extends ServerCall<Object, Object>
    implements ServerCallHandler<Object, Object> {
  private final MethodDescriptor<Object, Object> method;
  final List<Status> ends = new ArrayList<>();
  @Nullable Caller caller;
  @Nullable PresentedKey shown;
  int admitted;

  @SuppressWarnings("unchecked")
  FakeCall(MethodDescriptor<?, ?> method) {
    this.method = (MethodDescriptor<Object, Object>) method;
  }

  /** Comes to {@code door} with these headers. */
  FakeCall meets(Door door, String... authorizations) {
    Metadata headers = new Metadata();
    for (String authorization : authorizations) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    }
    door.interceptCall(this, headers, this).onHalfClose();
    return this;
  }

  /** It has got through. */
  @Override
  public Listener<Object> startCall(ServerCall<Object, Object> call, Metadata headers) {
    admitted++;
    caller = Caller.CONTEXT.get();
    shown = PresentedKey.CONTEXT.get();
    return new Listener<>() {};
  }

  @Override
  public void close(Status status, Metadata trailers) {
    ends.add(status);
  }

  @Override
  public MethodDescriptor<Object, Object> getMethodDescriptor() {
    return method;
  }

  @Override
  public Attributes getAttributes() {
    return Attributes.newBuilder()
        .set(
            Grpc.TRANSPORT_ATTR_REMOTE_ADDR,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234))
        .build();
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(Object message) {}

  @Override
  public boolean isCancelled() {
    return false;
  }
}
