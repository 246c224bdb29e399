package io.relaykv.client.internal;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.protocol.v1.Welcome;
import io.relaykv.protocol.v1.Written;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node that does what a test tells it: a real gRPC server, a played part behind it. */
final class ScriptedNode implements AutoCloseable {
  private final String id;
  private final Server server;
  private final List<StreamObserver<ServerFrame>> streams = new CopyOnWriteArrayList<>();
  private final Queue<Request> received = new ConcurrentLinkedQueue<>();
  private final Queue<ClientFrame> frames = new ConcurrentLinkedQueue<>();
  private volatile Leader leader;
  private volatile Part part;

  /** What the node does with a request. */
  interface Part {
    void onRequest(Request request, StreamObserver<ServerFrame> to);
  }

  /** Puts and deletes are written; gets find the key's own name. */
  static final Part SERVES =
      (request, to) -> {
        Response.Builder response = Response.newBuilder().setId(request.getId());
        if (request.hasGet()) {
          response.setValue(
              com.google.protobuf.ByteString.copyFromUtf8("\"" + request.getGet().getKey() + "\""));
        } else {
          response.setWritten(Written.getDefaultInstance());
        }
        to.onNext(ServerFrame.newBuilder().addResponses(response).build());
      };

  /** Nothing is ever answered. */
  static final Part IS_SILENT = (request, to) -> {};

  static Part fails(Failure.Code code, String message) {
    return (request, to) ->
        to.onNext(
            ServerFrame.newBuilder()
                .addResponses(
                    Response.newBuilder()
                        .setId(request.getId())
                        .setFailure(Failure.newBuilder().setCode(code).setMessage(message)))
                .build());
  }

  private ScriptedNode(String id, int port) {
    this.id = id;
    this.part = SERVES;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .directExecutor()
            .addService(new Service())
            .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.leader = itself();
  }

  /** A node that leads and serves. */
  static ScriptedNode start(String id) {
    return start(id, 0);
  }

  static ScriptedNode start(String id, int port) {
    return new ScriptedNode(id, port);
  }

  ScriptedNode playing(Part part) {
    this.part = part;
    return this;
  }

  ScriptedNode following(ScriptedNode other) {
    this.leader = other.itself();
    return this;
  }

  ScriptedNode knowingNoLeader() {
    this.leader = Leader.getDefaultInstance();
    return this;
  }

  /** Tells every client who leads. */
  void announce(Leader announced) {
    leader = announced;
    streams.forEach(to -> to.onNext(ServerFrame.newBuilder().setLeader(announced).build()));
  }

  /** Serves a request late. */
  void serve(Request request) {
    streams.forEach(to -> SERVES.onRequest(request, to));
  }

  Leader itself() {
    return Leader.newBuilder().setNodeId(id).setClientAddress(address()).build();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  int port() {
    return server.getPort();
  }

  List<Request> received() {
    return List.copyOf(received);
  }

  List<ClientFrame> frames() {
    return List.copyOf(frames);
  }

  int openStreams() {
    return streams.size();
  }

  /** Ends the node as a crash does: connections break, nothing more is answered. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Service extends KvGrpc.KvImplBase {
    @Override
    public StreamObserver<ClientFrame> session(StreamObserver<ServerFrame> to) {
      streams.add(to);
      to.onNext(
          ServerFrame.newBuilder()
              .setWelcome(Welcome.newBuilder().setClusterId("c").setNodeId(id).setAccountId(1))
              .setLeader(leader)
              .build());
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientFrame frame) {
          frames.add(frame);
          for (Request request : frame.getRequestsList()) {
            received.add(request);
            part.onRequest(request, to);
          }
        }

        @Override
        public void onError(Throwable failure) {
          streams.remove(to);
        }

        @Override
        public void onCompleted() {
          streams.remove(to);
          to.onCompleted();
        }
      };
    }
  }
}
