package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.Delete;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Put;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.Welcome;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.Shown;
import io.relaykv.server.disk.FakeDisk;
import io.relaykv.server.raft.FakeLog;
import io.relaykv.statemachine.AppliedState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client meets while the leader's disk has no room. */
class StreamWithoutRoomTest {
  private final CountedOperations operations = new CountedOperations();
  private final FakeOut out = new FakeOut();
  private final FakeDisk disk = new FakeDisk();
  private final List<Write> logged = new ArrayList<>();
  private CompletableFuture<Void> barrier = CompletableFuture.completedFuture(null);
  private AppliedState state;
  private AuditLog audit;
  private KvStream stream;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    state = new AppliedState(temp.resolve("db"));
    audit = Shown.audit(temp);
    state.createAccount("a");
    long key = state.createApiKey("a", Shown.hash(), true, true, 0);
    StreamAccess access =
        new StreamAccess(
            Shown.CALLER,
            Shown.key(key),
            new KeyCheck(state::access, Clock.systemUTC()),
            Shown.refusals(audit),
            () -> {},
            Runnable::run);
    ReplyQueue replies = new ReplyQueue(out, Leader::getDefaultInstance);
    ReadQueue reads =
        new ReadQueue(
            () -> barrier,
            new StoreReader(access, disk.guard, state.live(), (what, cause) -> {})::answer,
            out,
            replies,
            operations.metrics(),
            Runnable::run,
            Runnable::run);
    stream =
        new KvStream(
            access,
            out,
            disk.guard,
            FakeLog.writer(this::append),
            reads,
            replies,
            operations.metrics(),
            ended -> {});
    stream.begin(
        new Greeting(new FakeOut(), Welcome.getDefaultInstance(), Leader::getDefaultInstance),
        () -> barrier,
        Runnable::run);
  }

  private CompletableFuture<CommandResult> append(Command command) {
    command.getWrites().getSessionsList().forEach(of -> logged.addAll(of.getWritesList()));
    return CompletableFuture.completedFuture(state.apply(command));
  }

  @AfterEach
  void close() {
    audit.close();
    state.close();
  }

  @Test
  void ofAFrameOnlyThePutsAreRefused() {
    sends(put(1, "a"), put(2, "b"));
    disk.has(9);
    sends(put(3, "c"), delete(4, "a"), put(5, "b"), delete(6, "c"), get(7, "b"), put(8, "no key"));

    assertThat(response(4).hasWritten()).isTrue();
    assertThat(response(6).hasWritten()).isTrue();
    assertThat(response(7).getValue().toStringUtf8()).isEqualTo("2");
    for (long refused : new long[] {3, 5}) {
      assertThat(response(refused).getFailure().getCode()).isEqualTo(Failure.Code.REFUSED);
      assertThat(response(refused).getFailure().getMessage())
          .startsWith("n1 takes no puts, as its disk has only 9 MiB free");
    }
    assertThat(response(8).getFailure().getCode())
        .as("it would never succeed")
        .isEqualTo(Failure.Code.INVALID);
    assertThat(logged).extracting(Write::getSequence).containsExactly(1L, 2L, 4L, 6L);
  }

  @Test
  void putsAreTakenAgainOnceThereIsRoom() {
    disk.has(9);
    sends(put(1, "a"));
    disk.has(30);
    sends(put(2, "a"), get(3, "a"));

    assertThat(response(1).getFailure().getCode()).isEqualTo(Failure.Code.REFUSED);
    assertThat(response(2).hasWritten()).isTrue();
    assertThat(response(3).getValue().toStringUtf8()).isEqualTo("2");
  }

  @Test
  void aNodeThatDoesNotLeadSendsItToTheLeaderWhoseDiskMayHaveRoom() {
    disk.has(9);
    barrier = CompletableFuture.failedFuture(FakeLog.notLeading());
    sends(put(1, "a"));

    assertThat(response(1).getFailure().getCode()).isEqualTo(Failure.Code.NOT_LEADER);
    assertThat(disk.metrics.counter("relaykv.disk.n1.refused_puts").getCount()).isZero();
  }

  private void sends(Request... requests) {
    stream.onNext(
        ClientFrame.newBuilder()
            .setSessionId(ByteString.copyFrom(new byte[16]))
            .addAllRequests(List.of(requests))
            .build());
  }

  private Response response(long id) {
    return out.responses().stream()
        .filter(response -> response.getId() == id)
        .findFirst()
        .orElseThrow();
  }

  /** Of its own number. */
  private static Request put(long number, String key) {
    return write(number)
        .setPut(
            Put.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(Long.toString(number))))
        .build();
  }

  private static Request delete(long number, String key) {
    return write(number).setDelete(Delete.newBuilder().setKey(key)).build();
  }

  private static Request.Builder write(long number) {
    return Request.newBuilder().setId(number).setSequence(number);
  }

  private static Request get(long id, String key) {
    return Request.newBuilder().setId(id).setGet(Get.newBuilder().setKey(key)).build();
  }
}
