package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.fuzz.BytesAsRandom;
import io.relaykv.protocol.fuzz.RandomMessages;
import io.relaykv.protocol.fuzz.SeededRun;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.ListMembersResponse;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.Caller;
import io.relaykv.server.access.Shown;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.raft.FakeLog;
import io.relaykv.statemachine.AppliedState;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an operator asks for, the call ends once, with an answer or with a status. */
class AdminFuzzTest {
  private static final List<Method> METHODS =
      Arrays.stream(AdminGrpc.AsyncService.class.getMethods())
          .filter(method -> method.getParameterCount() == 2)
          // Its request holds nothing; its answers have BackupStreamsTest.
          .filter(method -> !method.getName().equals("createBackup"))
          .sorted(Comparator.comparing(Method::getName))
          .toList();

  private AppliedState state;
  private AuditLog audit;
  private BackupStreams backups;
  private AdminService service;
  private BytesAsRandom choices = new BytesAsRandom(new byte[0]);

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    state = new AppliedState(temp.resolve("db"));
    audit = Shown.audit(temp);
    backups =
        new BackupStreams(
            "n1",
            state.live(),
            this::barrier,
            BackupHeader::newBuilder,
            (what, cause) -> {},
            Clock.systemUTC(),
            BackupStreams.PATIENCE,
            new BackupMetrics(new MetricScope(new MetricRegistry(), "n1")));
    AdminCalls calls =
        new AdminCalls(
            "n1", this::barrier, this::propose, Leader::getDefaultInstance, audit, Runnable::run);
    service =
        new AdminService(
            calls,
            new AccountViews(
                () -> choices.nextInt(20) == 1 ? AppliedState.noAccess().get() : state.access(),
                state.live()),
            new FakeMembership(),
            ListMembersResponse::getDefaultInstance,
            StatusResponse::getDefaultInstance,
            level -> level,
            backups,
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    backups.close();
    audit.close();
    state.close();
  }

  @Test
  void random() {
    SeededRun.of("admin", this::call);
  }

  @FuzzTest(maxDuration = "5m")
  void guided(byte[] input) throws Exception {
    call(input);
  }

  private void call(byte[] input) throws Exception {
    choices = new BytesAsRandom(input);
    Method method = METHODS.get(choices.nextInt(METHODS.size()));
    Message type =
        (Message) method.getParameterTypes()[0].getMethod("getDefaultInstance").invoke(null);
    Message request = RandomMessages.like(type, choices);
    FakeResponse<Object> response = new FakeResponse<>();
    Context.current()
        .withValue(Caller.CONTEXT, Shown.CALLER)
        .call(() -> method.invoke(service, request, (StreamObserver<Object>) response));
    assertThat(response.ends).as("%s %s", method.getName(), request).hasSize(1);
    boolean answered = response.ends.get(0).isOk();
    assertThat(response.answers).hasSize(answered ? 1 : 0);
    assertThat(response.ends.get(0).getCode())
        .isNotIn(Status.Code.INTERNAL, Status.Code.UNAUTHENTICATED);
    if (!answered) {
      assertThat(response.ends.get(0).getDescription()).matches("[ -~]*");
    }
  }

  private CompletableFuture<Void> barrier() {
    return switch (choices.nextInt(4)) {
      case 1 -> CompletableFuture.failedFuture(FakeLog.notLeading());
      default -> CompletableFuture.completedFuture(null);
    };
  }

  private CompletableFuture<CommandResult> propose(Command.Builder command) {
    return switch (choices.nextInt(8)) {
      case 1 -> CompletableFuture.failedFuture(FakeLog.notLeading());
      case 2 -> CompletableFuture.failedFuture(FakeLog.notAppended());
      case 3 -> CompletableFuture.failedFuture(new IllegalStateException("lost"));
      default -> CompletableFuture.completedFuture(state.apply(command.build()));
    };
  }
}
