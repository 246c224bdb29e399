package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.Shown;
import io.relaykv.server.disk.FakeDisk;
import io.relaykv.server.raft.FakeLog;
import io.relaykv.statemachine.AppliedState;
import io.relaykv.statemachine.accounts.AccessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether anything is read of a new stream. */
class StreamBeginTest {
  private final FakeOut out = new FakeOut();
  private final FakeDisk disk = new FakeDisk();
  private final CompletableFuture<Void> barrier = new CompletableFuture<>();
  private Path directory;
  private AppliedState state;
  private AuditLog audit;
  private Supplier<AccessTable> table;
  private long key;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    directory = temp;
    state = new AppliedState(temp.resolve("db"));
    audit = Shown.audit(temp);
    table = state::access;
    state.createAccount("a");
    key = state.createApiKey("a", Shown.hash(), true, true, 0);
  }

  @AfterEach
  void close() {
    audit.close();
    state.close();
  }

  @Test
  void aValidKeyDoesNotWaitForTheBarrier() {
    begin(key);
    assertThat(out.framesAskedFor()).isEqualTo(1);
  }

  @Test
  void aKeyThatThisNodeDoesNotKnowYetIsValidBehindTheBarrier() {
    begin(key + 1);
    assertThat(out.framesAskedFor()).isZero();
    state.createApiKey("a", Shown.hash(), true, true, 0);
    barrier.complete(null);
    assertThat(out.framesAskedFor()).isEqualTo(1);
    assertThat(out.end()).isNull();
  }

  @Test
  void aKeyThatIsNotValidBehindTheBarrierEndsTheStream() {
    begin(key + 1);
    assertThat(out.end()).isNull();
    barrier.complete(null);
    assertThatItEnds(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void aNodeThatDoesNotKnowItsStateSaysThatItCannotTell() throws IOException {
    table = AppliedState.noAccess();
    begin(key);
    assertThat(out.end()).isNull();
    barrier.complete(null);
    assertThatItEnds(Status.Code.UNAVAILABLE);
    assertThat(Files.readString(directory.resolve("audit.log"))).isEmpty();
  }

  @Test
  void aDeposedLeaderSaysThatItCannotTell() {
    begin(key + 1);
    barrier.completeExceptionally(FakeLog.notLeading());
    assertThatItEnds(Status.Code.UNAVAILABLE);
  }

  private void begin(long shown) {
    ReplyQueue replies = new ReplyQueue(out, Leader::getDefaultInstance);
    StreamAccess access =
        new StreamAccess(
            Shown.CALLER,
            Shown.key(shown),
            new KeyCheck(() -> table.get(), Clock.systemUTC()),
            Shown.refusals(audit),
            () -> {},
            Runnable::run);
    ReadQueue reads =
        new ReadQueue(
            () -> barrier,
            new StoreReader(access, disk.guard, state.live(), (what, cause) -> {})::answer,
            out,
            replies,
            Runnable::run,
            Runnable::run);
    new KvStream(
            access,
            out,
            disk.guard,
            FakeLog.writer(command -> CompletableFuture.failedFuture(FakeLog.notLeading())),
            reads,
            replies,
            ended -> {})
        .begin(() -> barrier, Runnable::run);
  }

  private void assertThatItEnds(Status.Code code) {
    assertThat(out.framesAskedFor()).isZero();
    assertThat(out.ends()).isEqualTo(1);
    assertThat(out.end().getCode()).isEqualTo(code);
  }
}
