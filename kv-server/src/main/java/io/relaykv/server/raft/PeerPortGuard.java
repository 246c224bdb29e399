package io.relaykv.server.raft;

import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Lets only nodes' own messages through on the peer port: Ratis serves its client and admin
 * protocols there too, by which anybody could write to the log or change the membership. With TLS,
 * each message must come from the node that it names, and that must not have been removed. A node
 * that waits to join hears those alone who are adding it, and no node takes entries behind which it
 * could not go on: none that is too old is made a member. What is let through meets this node's
 * promise not to vote, and the end of a snapshot waits for the disk; answers to parts of a snapshot
 * wait for what comes next, and those to appends say how far the log is the leader's. What nodes
 * tell of themselves besides is taken and given on the way.
 */
final class PeerPortGuard implements ServerInterceptor, GrpcServices.Customizer {
  private static final String PEER_SERVICE = "ratis.grpc.RaftServerProtocolService";
  private static final long HANDSHAKE_TIMEOUT_SECONDS = 5;

  private final @Nullable PeerIdentity identity;
  private final KnownMembers members;
  private final @Nullable JoinGate gate;
  private final @Nullable Newcomer newcomer;
  private final RefusedRivals rivals;
  private final VotePromise promise;
  private final InstallGate installs;
  private final AppendAnswers answers;
  private final NodeCards cards;
  private final Predicate<LogEntryProto> canRead;
  private final ServerInterceptor before;
  private final RefusedCalls refused = new RefusedCalls();

  /**
   * @param identity null if the port has no TLS, where nothing can be known of a caller
   * @param gate null if this node has been welcomed
   * @param newcomer null if this node has been a member when it started
   * @param canRead whether this node can take an entry into its log
   * @param before stands before the guard
   */
  PeerPortGuard(
      @Nullable PeerIdentity identity,
      KnownMembers members,
      @Nullable JoinGate gate,
      @Nullable Newcomer newcomer,
      RefusedRivals rivals,
      VotePromise promise,
      InstallGate installs,
      AppendAnswers answers,
      NodeCards cards,
      Predicate<LogEntryProto> canRead,
      ServerInterceptor before) {
    this.identity = identity;
    this.members = members;
    this.gate = gate;
    this.newcomer = newcomer;
    this.rivals = rivals;
    this.promise = promise;
    this.installs = installs;
    this.answers = answers;
    this.cards = cards;
    this.canRead = canRead;
    this.before = before;
  }

  @Override
  public NettyServerBuilder customize(
      NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
    return builder
        .intercept(this)
        // gRPC asks the last one first.
        .intercept(before)
        .handshakeTimeout(HANDSHAKE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public <Q, P> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
    if (!PEER_SERVICE.equals(call.getMethodDescriptor().getServiceName())) {
      return refuse(call, Status.UNIMPLEMENTED.withDescription("not served on the peer port"));
    }
    if (identity == null) {
      return checked(call, headers, next, null);
    }
    Optional<String> caller =
        PeerIdentity.nodeId(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (caller.isEmpty()) {
      refused.report(call, "a caller", "shows a certificate that names no node");
      return refuse(
          call, Status.PERMISSION_DENIED.withDescription("the certificate names no node"));
    }
    return checked(call, headers, next, caller.get());
  }

  private <Q, P> ServerCall.Listener<Q> checked(
      ServerCall<Q, P> call,
      Metadata headers,
      ServerCallHandler<Q, P> next,
      @Nullable String caller) {
    return new Farewell<>(
        call,
        new CheckedCall<>(
            call,
            ChunkAnswers.begin(
                call,
                answered ->
                    installs.before(
                        answered,
                        answers.begin(
                            answered,
                            completed ->
                                cards.begin(
                                    completed,
                                    told ->
                                        rivals.begin(
                                            told,
                                            voted ->
                                                PromisingCall.begin(
                                                    voted, headers, next, promise)))))),
            caller == null ? "a caller" : caller,
            message -> objection(caller, message),
            refused),
        caller,
        members);
  }

  private Optional<String> objection(@Nullable String caller, Object message) {
    if (identity != null && caller != null) {
      Optional<String> found = identity.objection(caller, message);
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<String> notWelcome = gate == null ? Optional.empty() : gate.objection(message);
    if (notWelcome.isPresent()) {
      return notWelcome;
    }
    if (message instanceof InstallSnapshotRequestProto install
        && install.getLeaderTerm() < promise.currentTerm()) {
      // Ratis (3.3.0) refuses the snapshot, and takes the members that come with it all the same
      // (SnapshotInstallationHandler.installSnapshotImpl).
      return Optional.of("sends a snapshot although it leads no more");
    }
    if (message instanceof AppendEntriesRequestProto append
        && !append.getEntriesList().stream().allMatch(canRead)) {
      return Optional.of("has gone on to what this version cannot read");
    }
    if (newcomer != null) {
      newcomer.hears(message);
    }
    return Optional.empty();
  }

  private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
