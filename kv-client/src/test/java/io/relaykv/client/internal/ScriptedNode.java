package io.relaykv.client.internal;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.v1.AccountInfo;
import io.relaykv.protocol.v1.AddMemberProgress;
import io.relaykv.protocol.v1.AddMemberRequest;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.ApiKeyInfo;
import io.relaykv.protocol.v1.BeginRestoreRequest;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.CreateAccountRequest;
import io.relaykv.protocol.v1.CreateApiKeyRequest;
import io.relaykv.protocol.v1.CreateBackupRequest;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.FinishRestoreRequest;
import io.relaykv.protocol.v1.FinishRestoreResponse;
import io.relaykv.protocol.v1.KeyPage;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.ListAccountsRequest;
import io.relaykv.protocol.v1.ListAccountsResponse;
import io.relaykv.protocol.v1.ListApiKeysRequest;
import io.relaykv.protocol.v1.ListApiKeysResponse;
import io.relaykv.protocol.v1.Member;
import io.relaykv.protocol.v1.Passed;
import io.relaykv.protocol.v1.RemoveMemberRequest;
import io.relaykv.protocol.v1.RemoveMemberResponse;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.RestoreProgress;
import io.relaykv.protocol.v1.RestoreRowsRequest;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.protocol.v1.StartCheckRequest;
import io.relaykv.protocol.v1.StartCheckResponse;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.protocol.v1.Welcome;
import io.relaykv.protocol.v1.Written;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A node that does what a test tells it: a real gRPC server, a played part behind it. */
final class ScriptedNode implements AutoCloseable {
  private final String id;
  private final Server server;
  private final List<StreamObserver<ServerFrame>> streams = new CopyOnWriteArrayList<>();
  private final Queue<Request> received = new ConcurrentLinkedQueue<>();
  private final Queue<ClientFrame> frames = new ConcurrentLinkedQueue<>();
  private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
  private final Queue<Message> adminRequests = new ConcurrentLinkedQueue<>();
  private volatile Leader leader;
  private volatile Part part;
  private volatile Optional<Status> refusal = Optional.empty();
  private volatile CountDownLatch refusalsBegin = new CountDownLatch(0);
  private volatile AdminPart adminPart = (to, serve) -> serve.run();
  private volatile List<Member> members = List.of();
  private volatile UnaryOperator<StatusResponse.Builder> status = UnaryOperator.identity();

  private volatile Consumer<StreamObserver<BackupPart>> backup = StreamObserver::onCompleted;
  private volatile long restoreGoesOnWith;

  /** What the node does with a request. */
  interface Part {
    void onRequest(Request request, StreamObserver<ServerFrame> to);
  }

  /** What the node does with an operator's call. */
  interface AdminPart {
    void onCall(StreamObserver<?> to, Runnable serve);
  }

  /** An operator's call ends like this; the trailers are names and values in turn. */
  static AdminPart ends(Status.Code code, String words, String... trailers) {
    Metadata metadata = new Metadata();
    for (int i = 0; i < trailers.length; i += 2) {
      metadata.put(Metadata.Key.of(trailers[i], Metadata.ASCII_STRING_MARSHALLER), trailers[i + 1]);
    }
    return (to, serve) ->
        to.onError(Status.fromCode(code).withDescription(words).asRuntimeException(metadata));
  }

  /** Puts and deletes are written; gets find the key's own name. */
  static final Part SERVES =
      (request, to) -> {
        Response.Builder response = Response.newBuilder().setId(request.getId());
        if (request.hasBarrier()) {
          response.setPassed(Passed.getDefaultInstance());
        } else if (request.hasKeys()) {
          response.setPage(KeyPage.getDefaultInstance());
        } else if (request.hasGet()) {
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

  private ScriptedNode(String id, int port, Optional<SslContext> tls) {
    this.id = id;
    this.part = SERVES;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .directExecutor()
            .intercept(new Door())
            .addService(new Service())
            .addService(new Admin());
    tls.ifPresent(builder::sslContext);
    this.server = builder.build();
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
    return new ScriptedNode(id, port, Optional.empty());
  }

  static ScriptedNode start(String id, SslContext tls) {
    return new ScriptedNode(id, 0, Optional.of(tls));
  }

  /** Every call ends with this before it begins. */
  ScriptedNode refusing(Status status) {
    this.refusal = Optional.of(status);
    return this;
  }

  /** Every call ends with this before it begins, but not before the latch is open. */
  ScriptedNode refusing(Status status, CountDownLatch begin) {
    this.refusalsBegin = begin;
    return refusing(status);
  }

  /** What the node sends when it is asked for a backup. */
  ScriptedNode onBackup(Consumer<StreamObserver<BackupPart>> newBackup) {
    backup = newBackup;
    return this;
  }

  /** The part that a restore comes to first. */
  ScriptedNode restoreGoesOnWith(long part) {
    restoreGoesOnWith = part;
    return this;
  }

  ScriptedNode onAdminCalls(AdminPart part) {
    this.adminPart = part;
    return this;
  }

  ScriptedNode sayingOfItself(UnaryOperator<StatusResponse.Builder> what) {
    this.status = what;
    return this;
  }

  ScriptedNode knowingMembers(String... addresses) {
    this.members =
        List.of(addresses).stream()
            .map(address -> Member.newBuilder().setNodeId("m").setClientAddress(address).build())
            .toList();
    return this;
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

  /** What calls said of who made them, in order. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  List<Message> adminRequests() {
    return List.copyOf(adminRequests);
  }

  /** Ends all streams like this. */
  void endStreams(Status status) {
    streams.forEach(to -> to.onError(status.asRuntimeException()));
    streams.clear();
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

  /** Leads, and says where all members are. */
  ScriptedNode leadingMembers(String... addresses) {
    this.leader = itself().toBuilder().addAllMembers(List.of(addresses)).build();
    return this;
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

  private final class Door implements ServerInterceptor {
    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
      authorizations.add(
          String.valueOf(
              headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER))));
      if (refusal.isEmpty()) {
        return next.startCall(call, headers);
      }
      awaitRefusals();
      call.close(refusal.get(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  private void awaitRefusals() {
    try {
      refusalsBegin.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Admin extends AdminGrpc.AdminImplBase {
    private <P> void play(Message request, StreamObserver<P> to, P answer) {
      adminRequests.add(request);
      adminPart.onCall(
          to,
          () -> {
            to.onNext(answer);
            to.onCompleted();
          });
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> to) {
      play(
          request,
          to,
          status.apply(StatusResponse.newBuilder().setNodeId(id).addAllMembers(members)).build());
    }

    @Override
    public void startCheck(StartCheckRequest request, StreamObserver<StartCheckResponse> to) {
      play(request, to, StartCheckResponse.newBuilder().setIndex(50).build());
    }

    @Override
    public void createAccount(CreateAccountRequest request, StreamObserver<AccountInfo> to) {
      play(request, to, AccountInfo.newBuilder().setId(7).setName(request.getName()).build());
    }

    @Override
    public void listAccounts(ListAccountsRequest request, StreamObserver<ListAccountsResponse> to) {
      AccountInfo account = AccountInfo.newBuilder().setId(7).setName("shop").build();
      play(request, to, ListAccountsResponse.newBuilder().addAccounts(account).build());
    }

    @Override
    public void addMember(AddMemberRequest request, StreamObserver<AddMemberProgress> to) {
      adminRequests.add(request);
      to.onNext(
          AddMemberProgress.newBuilder()
              .setPhase(AddMemberProgress.Phase.CATCHING_UP)
              .setEntriesToGo(12)
              .build());
      adminPart.onCall(
          to,
          () -> {
            to.onNext(
                AddMemberProgress.newBuilder().setPhase(AddMemberProgress.Phase.DONE).build());
            to.onCompleted();
          });
    }

    @Override
    public void removeMember(RemoveMemberRequest request, StreamObserver<RemoveMemberResponse> to) {
      play(request, to, RemoveMemberResponse.getDefaultInstance());
    }

    @Override
    public void createBackup(CreateBackupRequest request, StreamObserver<BackupPart> to) {
      adminRequests.add(request);
      backup.accept(to);
    }

    @Override
    public void beginRestore(BeginRestoreRequest request, StreamObserver<RestoreProgress> to) {
      play(request, to, RestoreProgress.newBuilder().setNext(restoreGoesOnWith).build());
    }

    @Override
    public void restoreRows(RestoreRowsRequest request, StreamObserver<RestoreProgress> to) {
      play(request, to, RestoreProgress.newBuilder().setNext(request.getNumber() + 1).build());
    }

    @Override
    public void finishRestore(
        FinishRestoreRequest request, StreamObserver<FinishRestoreResponse> to) {
      play(request, to, FinishRestoreResponse.getDefaultInstance());
    }

    @Override
    public void createApiKey(CreateApiKeyRequest request, StreamObserver<ApiKeyInfo> to) {
      play(
          request,
          to,
          ApiKeyInfo.newBuilder().setId(18).setAccount(request.getAccount()).setRead(true).build());
    }

    @Override
    public void listApiKeys(ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> to) {
      ApiKeyInfo key = ApiKeyInfo.newBuilder().setId(18).setLabel("x".repeat(128)).build();
      ListApiKeysResponse.Builder response = ListApiKeysResponse.newBuilder();
      for (int i = 0; i < 100_000; i++) {
        response.addApiKeys(key);
      }
      play(request, to, response.build());
    }
  }

  private final class Service extends KvGrpc.KvImplBase {
    @Override
    public StreamObserver<ClientFrame> session(StreamObserver<ServerFrame> to) {
      streams.add(to);
      to.onNext(
          ServerFrame.newBuilder()
              .setWelcome(Welcome.newBuilder().setClusterId("c").setNodeId(id))
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
