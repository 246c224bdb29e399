package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.protocol.v1.Welcome;
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
  private final CountedOperations operations = new CountedOperations();
  private final FakeOut out = new FakeOut();
  private final FakeDisk disk = new FakeDisk();
  private final CompletableFuture<Void> barrier = new CompletableFuture<>();
  private static final Welcome WELCOME = Welcome.newBuilder().setNodeId("n1").build();

  private Leader leader = Leader.newBuilder().setNodeId("n1").build();
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
    assertThatItIsWelcome();
  }

  @Test
  void aKeyThatThisNodeDoesNotKnowYetIsValidBehindTheBarrier() {
    begin(key + 1);
    assertThat(out.framesAskedFor()).isZero();
    assertThat(out.frames()).isEmpty();
    state.createApiKey("a", Shown.hash(), true, true, 0);
    barrier.complete(null);
    assertThatItIsWelcome();
    assertThat(out.end()).isNull();
  }

  @Test
  void aKeyThatIsNotValidBehindTheBarrierEndsTheStream() {
    begin(key + 1);
    assertThat(out.end()).isNull();
    barrier.complete(null);
    assertThatItEnds(Status.Code.UNAUTHENTICATED);
    assertThat(out.frames()).as("it was never welcome, and sent nothing").isEmpty();
  }

  @Test
  void aChangeOfTheLeaderIsNotToldToStrangers() {
    KvStream stream = begin(key + 1);
    stream.tellLeader();
    assertThat(out.frames()).isEmpty();
    state.createApiKey("a", Shown.hash(), true, true, 0);
    barrier.complete(null);
    stream.tellLeader();
    assertThat(out.frames()).hasSize(2);
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
    assertThat(out.frames()).as("it sends nobody to itself").isEmpty();
  }

  @Test
  void aFollowerSaysWhoLeads() {
    leader = Leader.newBuilder().setNodeId("n2").build();
    begin(key + 1);
    barrier.completeExceptionally(FakeLog.notLeading());
    assertThatItEnds(Status.Code.UNAVAILABLE);
    assertThat(out.frames())
        .containsExactly(ServerFrame.newBuilder().setWelcome(WELCOME).setLeader(leader).build());
  }

  private void assertThatItIsWelcome() {
    assertThat(out.framesAskedFor()).isEqualTo(1);
    assertThat(out.frames())
        .containsExactly(ServerFrame.newBuilder().setWelcome(WELCOME).setLeader(leader).build());
  }

  private KvStream begin(long shown) {
    ReplyQueue replies = new ReplyQueue(out, () -> leader);
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
            operations.metrics(),
            Runnable::run,
            Runnable::run);
    KvStream stream =
        new KvStream(
            access,
            out,
            disk.guard,
            FakeLog.writer(command -> CompletableFuture.failedFuture(FakeLog.notLeading())),
            reads,
            replies,
            operations.metrics(),
            ended -> {});
    stream.begin(new Greeting(out, WELCOME, () -> leader), () -> barrier, Runnable::run);
    return stream;
  }

  private void assertThatItEnds(Status.Code code) {
    assertThat(out.framesAskedFor()).isZero();
    assertThat(out.ends()).isEqualTo(1);
    assertThat(out.end().getCode()).isEqualTo(code);
  }
}
