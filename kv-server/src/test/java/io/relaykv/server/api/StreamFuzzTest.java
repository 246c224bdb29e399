package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.relaykv.protocol.fuzz.BytesAsRandom;
import io.relaykv.protocol.fuzz.RandomMessages;
import io.relaykv.protocol.fuzz.SeededRun;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.Welcome;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.Refusals;
import io.relaykv.server.access.Shown;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.server.disk.FakeDisk;
import io.relaykv.server.raft.FakeLog;
import io.relaykv.server.raft.WriteBatcher;
import io.relaykv.server.tls.LogLines;
import io.relaykv.statemachine.AppliedState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a client sends, each of its requests is answered once, or its stream ends; and without a
 * valid key nothing of it reaches the log.
 */
class StreamFuzzTest {
  private static final int KEYS = 4;

  private AppliedState state;
  private AuditLog audit;
  private Refusals refusals;
  private LogLines diskLines;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    diskLines = new LogLines(DiskGuard.class).alone();
    state = new AppliedState(temp.resolve("db"));
    audit = Shown.audit(temp);
    refusals = Shown.refusals(audit);
    state.createAccount("a");
    state.createApiKey("a", Shown.hash(), true, true, 0);
    state.createApiKey("a", Shown.hash(), true, false, 0);
    state.createApiKey("a", Shown.hash(), false, true, 0);
    state.setEnabled(state.createApiKey("a", Shown.hash(), true, true, 0), false);
  }

  @AfterEach
  void close() {
    diskLines.close();
    audit.close();
    state.close();
  }

  @Test
  void random() {
    SeededRun.of("stream", input -> new Client(input).run());
  }

  @FuzzTest(maxDuration = "5m")
  void guided(byte[] input) throws InvalidProtocolBufferException {
    new Client(input).run();
  }

  /** One stream, with a log, barriers and threads that do as the input says. */
  private final class Client {
    private final BytesAsRandom choices;
    private final CountedOperations operations = new CountedOperations();
    private final FakeOut out = new FakeOut();
    private final FakeDisk disk = new FakeDisk();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final long key;
    private final KvStream stream;
    private final List<Long> asked = new ArrayList<>();
    private int proposals;

    Client(byte[] input) {
      choices = new BytesAsRandom(input);
      key = 1L + choices.nextInt(KEYS + 1);
      ReplyQueue replies = new ReplyQueue(out, Leader::getDefaultInstance);
      StreamAccess access =
          new StreamAccess(
              Shown.CALLER,
              Shown.key(key),
              new KeyCheck(
                  () -> choices.nextInt(50) == 1 ? AppliedState.noAccess().get() : state.access(),
                  Clock.systemUTC()),
              refusals,
              () -> {},
              later::add);
      StoreReader reader =
          new StoreReader(
              access,
              disk.guard,
              state.live(),
              (what, cause) -> {
                throw new AssertionError(what, cause);
              });
      WriteBatcher writes = FakeLog.writer(this::append);
      ReadQueue reads =
          new ReadQueue(
              this::barrier,
              reader::answer,
              out,
              replies,
              operations.metrics(),
              later::add,
              later::add);
      stream =
          new KvStream(
              access, out, disk.guard, writes, reads, replies, operations.metrics(), ended -> {});
    }

    void run() throws InvalidProtocolBufferException {
      // Otherwise the key has been valid then.
      if (choices.nextBoolean() && !begins()) {
        return;
      }
      for (int frames = 1 + choices.nextInt(4); frames > 0 && out.end() == null; frames--) {
        ClientFrame frame = frame(frames);
        disk.has(choices.nextInt(4) == 1 ? 5 : 30);
        stream.onNext(frame);
        if (out.end() == null) {
          frame.getRequestsList().forEach(request -> asked.add(request.getId()));
        }
        if (choices.nextInt(3) == 0) {
          out.ready(choices.nextBoolean());
          stream.onReady();
        }
        runLater(choices.nextInt(4));
      }
      out.ready(true);
      stream.onReady();
      runLater(Integer.MAX_VALUE);

      assertThat(out.ends()).isLessThanOrEqualTo(1);
      assertThat(out.sentBehindTheEnd()).isZero();
      if (out.end() == null) {
        assertThat(out.ids()).containsExactlyInAnyOrderElementsOf(asked);
      } else {
        assertThat(out.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(asked).isEmpty();
      }
      assertThat(out.responses())
          .allMatch(response -> response.getResultCase() != Response.ResultCase.RESULT_NOT_SET);
      if (key == 2 || key > 3) {
        assertThat(proposals).as("proposed for key %d", key).isZero();
        assertThat(out.responses()).noneMatch(Response::hasWritten);
      }
      if (key > 2) {
        assertThat(out.responses())
            .noneMatch(
                response -> response.hasValue() || response.hasMissing() || response.hasPage());
      }
    }

    private boolean begins() {
      stream.begin(
          new Greeting(out, Welcome.getDefaultInstance(), Leader::getDefaultInstance),
          this::barrier,
          later::add);
      runLater(Integer.MAX_VALUE);
      if (out.framesAskedFor() == 1) {
        assertThat(out.end()).isNull();
        assertThat(key).isLessThan(KEYS);
        return true;
      }
      assertThat(out.ends()).isEqualTo(1);
      assertThat(out.end().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.UNAUTHENTICATED);
      assertThat(key >= KEYS || out.end().getCode() == Status.Code.UNAVAILABLE).isTrue();
      return false;
    }

    private ClientFrame frame(int left) throws InvalidProtocolBufferException {
      ClientFrame frame =
          (ClientFrame) RandomMessages.like(ClientFrame.getDefaultInstance(), choices);
      if (choices.nextInt(8) != 0) {
        frame = frame.toBuilder().setSessionId(ByteString.copyFrom(new byte[16])).build();
      }
      if (choices.nextInt(6) == 1) {
        byte[] damaged = RandomMessages.damaged(frame.toByteArray(), choices);
        try {
          return ClientFrame.parseFrom(damaged);
        } catch (InvalidProtocolBufferException e) {
          // gRPC ends such a stream itself.
          return frame;
        }
      }
      if (choices.nextInt(10) == 1) {
        Request many = Request.newBuilder().setId(left).build();
        return frame.toBuilder().addAllRequests(Collections.nCopies(200, many)).build();
      }
      return frame;
    }

    private void runLater(int tasks) {
      for (int n = 0; n < tasks && !later.isEmpty(); n++) {
        later.remove().run();
      }
    }

    private CompletableFuture<Void> barrier() {
      return switch (choices.nextInt(6)) {
        case 1 -> CompletableFuture.failedFuture(FakeLog.notLeading());
        case 2 -> CompletableFuture.failedFuture(new IllegalStateException("no majority"));
        case 3, 4 -> {
          CompletableFuture<Void> passing = new CompletableFuture<>();
          later.add(() -> passing.complete(null));
          yield passing;
        }
        default -> CompletableFuture.completedFuture(null);
      };
    }

    private CompletableFuture<CommandResult> append(Command command) {
      proposals++;
      return switch (choices.nextInt(8)) {
        case 1 -> CompletableFuture.failedFuture(FakeLog.notLeading());
        case 2 -> CompletableFuture.failedFuture(FakeLog.notAppended());
        case 3 -> CompletableFuture.failedFuture(new IllegalStateException("lost"));
        case 4 -> throw new IllegalStateException("the log is closed");
        case 5, 6 -> {
          CompletableFuture<CommandResult> applying = new CompletableFuture<>();
          later.add(() -> applying.complete(state.apply(command)));
          yield applying;
        }
        default -> CompletableFuture.completedFuture(state.apply(command));
      };
    }
  }
}
