package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.DeleteAccount;
import io.relaykv.protocol.log.Done;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.Caller;
import io.relaykv.server.access.Shown;
import io.relaykv.server.raft.FakeLog;
import io.relaykv.statemachine.AppliedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminCallsTest {
  private static final CommandResult DONE =
      CommandResult.newBuilder().setDone(Done.newBuilder().setId(3)).build();

  private final List<Command.Builder> proposed = new ArrayList<>();
  private final FakeResponse<String> response = new FakeResponse<>();
  private Path directory;
  private AuditLog audit;
  private CompletableFuture<CommandResult> result = new CompletableFuture<>();
  private CompletableFuture<Void> barrier = new CompletableFuture<>();
  private AdminCalls calls;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    directory = temp;
    audit = Shown.audit(temp);
    calls =
        new AdminCalls(
            "n1",
            () -> barrier,
            command -> {
              proposed.add(command);
              return result;
            },
            () -> Leader.newBuilder().setNodeId("n2").setClientAddress("10.0.0.2:7400").build(),
            audit,
            Runnable::run);
  }

  @AfterEach
  void close() {
    audit.close();
  }

  @Test
  void aChangeIsAnsweredOnceItIsApplied() throws IOException {
    change(done -> "number " + done.getId());
    assertThat(response.ends).isEmpty();
    result.complete(DONE);
    assertThat(response.answers).containsExactly("number 3");
    assertThat(response.ends).containsExactly(Status.OK);
    assertThat(auditLog()).contains("\"action\":\"delete\",\"target\":\"x\",\"outcome\":\"done\"");
  }

  @Test
  void aRefusalHasItsReasonAndItsWords() throws IOException {
    change(done -> "");
    result.complete(
        CommandResult.newBuilder()
            .setRefusal(
                Refusal.newBuilder().setReason(Refusal.Reason.NOT_FOUND).setMessage("none such"))
            .build());
    assertThatItEnds(Status.Code.NOT_FOUND, "none such");
    assertThat(auditLog()).contains("\"outcome\":\"refused: none such\"");
  }

  @Test
  void ofOneOfManyPartsOnlyAFailureIsWrittenDown() throws IOException {
    Context.current()
        .withValue(Caller.CONTEXT, Shown.CALLER)
        .run(
            () -> {
              calls.partOfChange(
                  response, "restore-rows", "x", Command::newBuilder, done -> "" + done.getId());
              result.complete(DONE);
              result =
                  CompletableFuture.completedFuture(
                      CommandResult.newBuilder()
                          .setRefusal(
                              Refusal.newBuilder()
                                  .setReason(Refusal.Reason.WRONG_STATE)
                                  .setMessage("not now"))
                          .build());
              calls.partOfChange(
                  new FakeResponse<String>(), "restore-rows", "y", Command::newBuilder, done -> "");
            });
    assertThat(response.answers).containsExactly("3");
    assertThat(auditLog())
        .contains("\"target\":\"y\",\"outcome\":\"refused: not now\"")
        .doesNotContain("\"target\":\"x\"");
  }

  @Test
  void whatTheStateForbidsIsAborted() {
    change(done -> "");
    result.completeExceptionally(new CallRefusedException("two are under way"));
    assertThatItEnds(Status.Code.ABORTED, "two are under way");
  }

  @Test
  void aNodeThatDoesNotLeadSaysWhoDoes() {
    change(done -> "");
    result.completeExceptionally(new CompletionException(FakeLog.notLeading()));
    assertThatItEnds(Status.Code.FAILED_PRECONDITION, "this node does not lead");
    assertThat(trailer("relaykv-leader")).isEqualTo("10.0.0.2:7400");
    assertThat(trailer("relaykv-node")).isEqualTo("n1");
  }

  @Test
  void whatWasCertainlyNotAppendedIsUnavailable() {
    change(done -> "");
    result.completeExceptionally(FakeLog.notAppended());
    assertThatItEnds(Status.Code.UNAVAILABLE, "handing over");
  }

  @Test
  void anyOtherFailureMayHaveBeenCarriedOut() {
    change(done -> "");
    result.completeExceptionally(new IllegalStateException("lost"));
    assertThatItEnds(
        Status.Code.UNKNOWN, "the leader was lost meanwhile; it may have been carried out");
  }

  @Test
  void whatHasBeenCarriedOutIsNeverSaidToHaveFailed() throws IOException {
    for (RuntimeException failure :
        List.of(
            new NoSuchElementException("gone again"),
            new IllegalStateException("broken"),
            FakeLog.notLeading())) {
      FakeResponse<String> of = new FakeResponse<>();
      change(
          of,
          done -> {
            throw failure;
          });
      result.complete(DONE);
      assertThat(of.ends).extracting(Status::getCode).containsExactly(Status.Code.UNKNOWN);
    }
    FakeResponse<String> closed = new FakeResponse<>();
    change(closed, done -> AppliedState.noAccess().get().accounts().toString());
    assertThat(closed.ends).extracting(Status::getCode).containsExactly(Status.Code.UNKNOWN);
    assertThat(auditLog()).contains("\"outcome\":\"done\"").doesNotContain("refused");
  }

  @Test
  void nothingIsProposedForNobody() {
    assertThatNullPointerException()
        .isThrownBy(
            () -> calls.change(response, "delete", "x", AdminCallsTest::command, Done::toString));
    assertThat(proposed).isEmpty();
  }

  @Test
  void aMalformedChangeIsNotProposed() throws IOException {
    Context.current()
        .withValue(Caller.CONTEXT, Shown.CALLER)
        .run(
            () ->
                calls.change(
                    response,
                    "delete",
                    "x\n",
                    () -> {
                      throw new IllegalArgumentException("no name");
                    },
                    Done::toString));
    assertThatItEnds(Status.Code.INVALID_ARGUMENT, "no name");
    assertThat(proposed).isEmpty();
    assertThat(auditLog()).contains("\"target\":\"x\\\\n\",\"outcome\":\"invalid\"");
  }

  @Test
  void aReadIsAnsweredBehindTheBarrier() {
    calls.read(response, () -> "now");
    assertThat(response.answers).isEmpty();
    barrier.complete(null);
    assertThat(response.answers).containsExactly("now");
    assertThat(response.ends).containsExactly(Status.OK);
  }

  @Test
  void aReadOnADeposedLeaderIsNotAnswered() {
    calls.read(response, () -> "old");
    barrier.completeExceptionally(FakeLog.notLeading());
    assertThatItEnds(Status.Code.FAILED_PRECONDITION, "this node does not lead");
  }

  private void change(Function<Done, String> answer) {
    change(response, answer);
  }

  private void change(FakeResponse<String> to, Function<Done, String> answer) {
    Context.current()
        .withValue(Caller.CONTEXT, Shown.CALLER)
        .run(() -> calls.change(to, "delete", "x", AdminCallsTest::command, answer));
  }

  private static Command.Builder command() {
    return Command.newBuilder().setDeleteAccount(DeleteAccount.newBuilder().setName("x"));
  }

  private void assertThatItEnds(Status.Code code, String description) {
    assertThat(response.answers).isEmpty();
    assertThat(response.ends).hasSize(1);
    assertThat(response.ends.get(0).getCode()).isEqualTo(code);
    assertThat(response.ends.get(0).getDescription()).isEqualTo(description);
  }

  private String trailer(String name) {
    return response.trailers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  private String auditLog() throws IOException {
    return Files.readString(directory.resolve("audit.log"));
  }
}
