package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.v1.Barrier;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Put;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.Shown;
import io.relaykv.server.disk.FakeDisk;
import io.relaykv.statemachine.AppliedState;
import io.relaykv.statemachine.accounts.AccessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreReaderTest {
  private final FakeDisk disk = new FakeDisk();
  private Path directory;
  private AppliedState state;
  private AuditLog audit;
  private long readKey;
  private long writeKey;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    directory = temp;
    state = new AppliedState(temp.resolve("db"));
    audit = Shown.audit(temp);
    state.createAccount("a");
    readKey = state.createApiKey("a", Shown.hash(), true, false, 0);
    writeKey = state.createApiKey("a", Shown.hash(), false, true, 0);
  }

  @AfterEach
  void close() {
    audit.close();
    state.close();
  }

  @Test
  void aReadKeyReadsAndDoesNotWrite() {
    assertThat(answer(readKey, get()).hasMissing()).isTrue();
    assertThat(answer(readKey, keys()).hasPage()).isTrue();
    assertThat(code(readKey, put())).isEqualTo(Failure.Code.FORBIDDEN);
  }

  @Test
  void aWriteKeyDoesNotRead() {
    assertThat(code(writeKey, get())).isEqualTo(Failure.Code.FORBIDDEN);
    assertThat(code(writeKey, keys())).isEqualTo(Failure.Code.FORBIDDEN);
    assertThat(code(writeKey, put()))
        .as("found valid only here: nothing was applied")
        .isEqualTo(Failure.Code.UNAVAILABLE);
  }

  @Test
  void everyValidKeyPassesTheBarrier() {
    assertThat(answer(readKey, barrier())).isEqualTo(Responses.passed(7));
    assertThat(answer(writeKey, barrier())).isEqualTo(Responses.passed(7));
  }

  @Test
  void aKeyThatIsNotValidLearnsNothingWhateverItAsks() {
    state.setEnabled(readKey, false);
    Request noKey =
        Request.newBuilder().setId(7).setGet(Get.newBuilder().setKey("no key \n")).build();
    for (long key : new long[] {readKey, 99}) {
      for (Request request :
          new Request[] {
            get(), keys(), put(), barrier(), noKey, Request.newBuilder().setId(7).build()
          }) {
        assertThat(answer(key, request))
            .isEqualTo(Responses.failure(7, Failure.Code.UNAUTHENTICATED, "the key is not valid"));
      }
    }
  }

  @Test
  void aNodeThatCannotLookKeysUpDoesNotSayThatTheyAreNotValid() throws IOException {
    StoreReader reader = reader(readKey, AppliedState.noAccess());
    assertThat(reader.answer(get()).getFailure().getCode()).isEqualTo(Failure.Code.UNAVAILABLE);
    assertThat(Files.readString(directory.resolve("audit.log"))).isEmpty();
  }

  @Test
  void withoutAStoreItAnswersAllTheSame() {
    state.close();
    assertThat(code(readKey, get())).isEqualTo(Failure.Code.UNAVAILABLE);
  }

  @Test
  void whatIsRefusedIsWrittenDown() throws IOException {
    answer(readKey, put());
    answer(99, get());
    assertThat(Files.readAllLines(directory.resolve("audit.log")))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .endsWith("\"action\":\"put\",\"target\":\"k\",\"outcome\":\"forbidden\"}"),
            line ->
                assertThat(line)
                    .endsWith(
                        "\"action\":\"get\",\"target\":\"k\",\"outcome\":\"unauthenticated\"}"));
  }

  @Test
  void aPutForWhichThereIsNoRoomIsRefused() {
    disk.has(9);
    assertThat(answer(writeKey, put()))
        .isEqualTo(Responses.failure(7, Failure.Code.REFUSED, disk.guard.refusal().orElseThrow()));
    assertThat(code(readKey, put())).isEqualTo(Failure.Code.FORBIDDEN);
    assertThat(disk.metrics.counter("relaykv.disk.n1.refused_puts").getCount()).isEqualTo(1);
    disk.has(30);
    assertThat(code(writeKey, put()))
        .as("room has come meanwhile, and nothing was applied")
        .isEqualTo(Failure.Code.UNAVAILABLE);
  }

  private Failure.Code code(long key, Request request) {
    return answer(key, request).getFailure().getCode();
  }

  private Response answer(long key, Request request) {
    return reader(key, state::access).answer(request);
  }

  private StoreReader reader(long key, Supplier<AccessTable> table) {
    StreamAccess access =
        new StreamAccess(
            Shown.CALLER,
            Shown.key(key),
            new KeyCheck(table, Clock.systemUTC()),
            Shown.refusals(audit),
            () -> {},
            Runnable::run);
    return new StoreReader(
        access,
        disk.guard,
        state.live(),
        (what, cause) -> {
          throw new AssertionError(what, cause);
        });
  }

  private static Request get() {
    return Request.newBuilder().setId(7).setGet(Get.newBuilder().setKey("k")).build();
  }

  private static Request keys() {
    return Request.newBuilder().setId(7).setKeys(Keys.getDefaultInstance()).build();
  }

  private static Request barrier() {
    return Request.newBuilder().setId(7).setBarrier(Barrier.getDefaultInstance()).build();
  }

  private static Request put() {
    return Request.newBuilder()
        .setId(7)
        .setSequence(1)
        .setPut(Put.newBuilder().setKey("k").setValue(ByteString.copyFromUtf8("1")))
        .build();
  }
}
