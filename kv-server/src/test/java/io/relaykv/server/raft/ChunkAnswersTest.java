package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;

class ChunkAnswersTest {
  private static final InstallSnapshotRequestProto CHUNK =
      InstallSnapshotRequestProto.getDefaultInstance();

  private final Stream stream = new Stream();
  private final ServerCall.Listener<InstallSnapshotRequestProto> listener =
      ChunkAnswers.begin(stream, AnsweringAtOnce::new);

  @Test
  void anAnswerWaitsForTheNextChunk() {
    listener.onMessage(CHUNK);
    assertThat(stream.sent).isEmpty();
    listener.onMessage(CHUNK);
    assertThat(stream.sent).containsExactly("answer 1");
  }

  @Test
  void theLastAnswerWaitsForTheEndOfAllChunks() {
    listener.onMessage(CHUNK);
    listener.onMessage(CHUNK);
    listener.onHalfClose();
    assertThat(stream.sent).containsExactly("answer 1", "answer 2", "OK");
  }

  @Test
  void aCallThatFailsTellsWhatWasAnsweredBefore() {
    ServerCall.Listener<InstallSnapshotRequestProto> failing =
        ChunkAnswers.begin(
            stream,
            call ->
                new AnsweringAtOnce(call) {
                  @Override
                  public void onMessage(InstallSnapshotRequestProto chunk) {
                    super.onMessage(chunk);
                    call.close(Status.UNAVAILABLE, new Metadata());
                  }
                });
    failing.onMessage(CHUNK);
    assertThat(stream.sent).containsExactly("answer 1", "UNAVAILABLE");
  }

  private static class AnsweringAtOnce extends ServerCall.Listener<InstallSnapshotRequestProto> {
    private final ServerCall<InstallSnapshotRequestProto, InstallSnapshotReplyProto> call;
    private int chunks;

    AnsweringAtOnce(ServerCall<InstallSnapshotRequestProto, InstallSnapshotReplyProto> call) {
      this.call = call;
    }

    @Override
    public void onMessage(InstallSnapshotRequestProto chunk) {
      chunks++;
      call.sendMessage(InstallSnapshotReplyProto.newBuilder().setRequestIndex(chunks).build());
    }

    @Override
    public void onHalfClose() {
      call.close(Status.OK, new Metadata());
    }
  }

  private static final class Stream
      extends ServerCall<InstallSnapshotRequestProto, InstallSnapshotReplyProto> {
    private final List<String> sent = new ArrayList<>();

    @Override
    public void sendMessage(InstallSnapshotReplyProto message) {
      sent.add("answer " + message.getRequestIndex());
    }

    @Override
    public void close(Status status, Metadata trailers) {
      sent.add(status.getCode().name());
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
    public MethodDescriptor<InstallSnapshotRequestProto, InstallSnapshotReplyProto>
        getMethodDescriptor() {
      return RaftServerProtocolServiceGrpc.getInstallSnapshotMethod();
    }
  }
}
