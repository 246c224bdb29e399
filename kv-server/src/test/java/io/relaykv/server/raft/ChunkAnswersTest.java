package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;

class ChunkAnswersTest {
  private static final InstallSnapshotRequestProto CHUNK =
      InstallSnapshotRequestProto.getDefaultInstance();

  private final FakePeerCall<InstallSnapshotRequestProto, InstallSnapshotReplyProto> stream =
      FakePeerCall.installSnapshot();
  private final ServerCall.Listener<InstallSnapshotRequestProto> listener =
      ChunkAnswers.begin(stream, AnsweringAtOnce::new);

  @Test
  void anAnswerWaitsForTheNextChunk() {
    listener.onMessage(CHUNK);
    assertThat(stream.sent()).isEmpty();
    listener.onMessage(CHUNK);
    assertThat(stream.sent()).containsExactly(answer(1));
  }

  @Test
  void theLastAnswerWaitsForTheEndOfAllChunks() {
    listener.onMessage(CHUNK);
    listener.onMessage(CHUNK);
    listener.onHalfClose();
    assertThat(stream.sent()).containsExactly(answer(1), answer(2), Status.Code.OK);
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
    assertThat(stream.sent()).containsExactly(answer(1), Status.Code.UNAVAILABLE);
  }

  private static InstallSnapshotReplyProto answer(int index) {
    return InstallSnapshotReplyProto.newBuilder().setRequestIndex(index).build();
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
      call.sendMessage(answer(chunks));
    }

    @Override
    public void onHalfClose() {
      call.close(Status.OK, new Metadata());
    }
  }
}
