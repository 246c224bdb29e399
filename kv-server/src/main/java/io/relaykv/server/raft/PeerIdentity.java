package io.relaykv.server.raft;

import io.relaykv.server.config.HostPort;
import io.relaykv.server.tls.NodeCertificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a message between nodes claims with the certificate of whoever sent it. To Ratis
 * every certificate of the nodes' authority is as good as any other: one stolen from a node that
 * was removed could raise the term or append entries in the name of the leader. Thread-safe.
 */
final class PeerIdentity {
  private final RaftPeerId self;
  private final RaftGroupId groupId;
  private final KnownMembers members;

  PeerIdentity(RaftPeerId self, RaftGroupId groupId, KnownMembers members) {
    this.self = self;
    this.groupId = groupId;
    this.members = members;
  }

  /** The node that a connection's certificate names; empty without one. */
  static Optional<String> nodeId(@Nullable SSLSession session) {
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate leaf
          ? NodeCertificate.nodeId(leaf)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /**
   * What is wrong with a message from the node {@code caller}; empty if nothing is. Asked for each
   * message: a stream of a node that has been removed ends with the next one.
   */
  Optional<String> objection(String caller, Object message) {
    if (members.isFormer(caller)) {
      return Optional.of("is no member any more");
    }
    RaftRpcRequestProto claims = claims(message);
    if (claims == null) {
      return Optional.of("sent a message of an unknown kind");
    }
    if (!claims.getRequestorId().equals(RaftPeerId.valueOf(caller).toByteString())) {
      return Optional.of("claims to be " + printable(claims.getRequestorId().toStringUtf8()));
    }
    if (!claims.getReplyId().equals(self.toByteString())) {
      return Optional.of("means " + printable(claims.getReplyId().toStringUtf8()));
    }
    if (!claims.getRaftGroupId().getId().equals(groupId.toByteString())) {
      return Optional.of("means another cluster");
    }
    return Optional.empty();
  }

  /** The head of each kind of message that nodes send each other. */
  private static @Nullable RaftRpcRequestProto claims(Object message) {
    if (message instanceof AppendEntriesRequestProto append) {
      return append.getServerRequest();
    } else if (message instanceof RequestVoteRequestProto vote) {
      return vote.getServerRequest();
    } else if (message instanceof InstallSnapshotRequestProto snapshot) {
      return snapshot.getServerRequest();
    } else if (message instanceof ReadIndexRequestProto read) {
      return read.getServerRequest();
    } else if (message instanceof StartLeaderElectionRequestProto election) {
      return election.getServerRequest();
    }
    return null;
  }

  /** It goes into the log: node ids have nothing else. */
  private static String printable(String id) {
    String plain = id.replaceAll("[^a-z0-9-]", "?");
    return plain.length() <= 63 ? plain : plain.substring(0, 63);
  }

  /**
   * Demands that whoever answers at a member's address is that member. A node that is about to be
   * added is called before it is a member: of it any node's certificate is accepted that is valid
   * for its address.
   */
  void requireNodeAt(X509Certificate certificate, String host, int port)
      throws CertificateException {
    String address = address(host, port);
    String found =
        NodeCertificate.nodeId(certificate)
            .orElseThrow(
                () -> new CertificateException("the certificate at " + address + " names no node"));
    Optional<RaftPeer> expected = members.at(address);
    if (expected.isPresent() && !expected.get().getId().toString().equals(found)) {
      throw new CertificateException(
          "the certificate at %s names %s, not %s"
              .formatted(address, found, expected.get().getId()));
    }
  }

  /** As members' addresses are written. gRPC keeps the brackets of an IPv6 address. */
  static String address(String host, int port) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, port).toString();
  }
}
