package io.relaykv.server.raft;

import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;

/** A call of another node that keeps what it is answered. */
final class FakePeerCall<Q, P> extends ServerCall<Q, P> {
  private final MethodDescriptor<Q, P> method;
  private final List<Object> sent = new ArrayList<>();

  private FakePeerCall(MethodDescriptor<Q, P> method) {
    this.method = method;
  }

  static FakePeerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> appendEntries() {
    return new FakePeerCall<>(RaftServerProtocolServiceGrpc.getAppendEntriesMethod());
  }

  static FakePeerCall<InstallSnapshotRequestProto, InstallSnapshotReplyProto> installSnapshot() {
    return new FakePeerCall<>(RaftServerProtocolServiceGrpc.getInstallSnapshotMethod());
  }

  static FakePeerCall<RequestVoteRequestProto, RequestVoteReplyProto> requestVote() {
    return new FakePeerCall<>(RaftServerProtocolServiceGrpc.getRequestVoteMethod());
  }

  /** The answers, and behind them with what status the call was closed, in order. */
  List<Object> sent() {
    return sent;
  }

  @Override
  public void sendMessage(P message) {
    sent.add(message);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    sent.add(status.getCode());
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<Q, P> getMethodDescriptor() {
    return method;
  }
}
