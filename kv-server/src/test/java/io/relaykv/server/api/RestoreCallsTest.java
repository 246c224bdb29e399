package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.state.AccountRow;
import io.relaykv.protocol.v1.BeginRestoreRequest;
import io.relaykv.protocol.v1.FinishRestoreRequest;
import io.relaykv.protocol.v1.FinishRestoreResponse;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.ListMembersResponse;
import io.relaykv.protocol.v1.RestoreProgress;
import io.relaykv.protocol.v1.RestoreRowsRequest;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.Caller;
import io.relaykv.server.access.Shown;
import io.relaykv.server.metrics.MetricScope;
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

/** What the leader's front end makes of the calls of a restore before it is in the log. */
class RestoreCallsTest {
  private static final ByteString SHA = ByteString.copyFrom(new byte[32]);
  private static final BackupHeader HEADER =
      BackupHeader.newBuilder()
          .setFormatVersion(1)
          .setClusterName("prod")
          .setLastAccountId(1)
          .build();

  private final List<Command> proposed = new ArrayList<>();
  private AppliedState state;
  private AuditLog audit;
  private BackupStreams backups;
  private AdminService service;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    state = new AppliedState(temp.resolve("db"));
    audit = Shown.audit(temp);
    CompletableFuture<Void> passed = CompletableFuture.completedFuture(null);
    backups =
        new BackupStreams(
            "n1",
            state.live(),
            () -> passed,
            BackupHeader::newBuilder,
            (what, cause) -> {},
            Clock.systemUTC(),
            BackupStreams.PATIENCE,
            new BackupMetrics(new MetricScope(new MetricRegistry(), "n1")));
    service =
        new AdminService(
            new AdminCalls(
                "n1",
                () -> passed,
                this::propose,
                Leader::getDefaultInstance,
                audit,
                Runnable::run),
            new AccountViews(state::access, state.live()),
            new FakeMembership(),
            ListMembersResponse::getDefaultInstance,
            StatusResponse::getDefaultInstance,
            level -> level,
            backups,
            Clock.systemUTC());
  }

  private CompletableFuture<CommandResult> propose(Command.Builder command) {
    proposed.add(command.build());
    return CompletableFuture.completedFuture(state.apply(command.build()));
  }

  @AfterEach
  void close() {
    backups.close();
    audit.close();
    state.close();
  }

  @Test
  void aWholeRestoreSaysWhichPartIsNext() {
    assertThat(begin(HEADER, SHA).answers).extracting(RestoreProgress::getNext).containsExactly(0L);
    BackupRows rows =
        rows(entry("a", "{\"x\":[1]}")).toBuilder()
            .addAccounts(
                BackupAccount.newBuilder().setId(1).setRow(AccountRow.newBuilder().setName("shop")))
            .build();
    assertThat(send(rows).answers).extracting(RestoreProgress::getNext).containsExactly(1L);
    FakeResponse<FinishRestoreResponse> finished = new FakeResponse<>();
    asAdmin(
        () ->
            service.finishRestore(
                FinishRestoreRequest.newBuilder().setBackupSha256(SHA).build(), finished));
    assertThat(finished.ends).containsExactly(Status.OK);
    assertThat(state.access().account("shop")).isPresent();
  }

  @Test
  void whatIsNoBackupIsNotProposed() {
    assertThatIsInvalid(begin(HEADER.toBuilder().setFormatVersion(2).build(), SHA), "format 2");
    assertThatIsInvalid(begin(HEADER, SHA.substring(1)), "31 bytes");
    assertThat(proposed).isEmpty();
  }

  @Test
  void aPartThatIsTooLargeOrHoldsNoJsonIsNotProposed() {
    String most = "\"" + "v".repeat(Limits.MAX_VALUE_BYTES - 2) + "\"";
    assertThatIsInvalid(send(rows(entry("a", most), entry("b", most))), "the limit is 1052672");
    assertThatIsInvalid(send(rows(entry("a", "{"))), "");
    assertThatIsInvalid(send(rows(entry("a", " 1"))), "not in canonical form");
    assertThat(proposed).isEmpty();
    var unused = begin(HEADER, SHA);
    assertThat(send(rows(entry("a", most))).ends)
        .extracting(Status::getDescription)
        .containsExactly("part 0: there is no account 1");
  }

  private FakeResponse<RestoreProgress> begin(BackupHeader header, ByteString sha256) {
    FakeResponse<RestoreProgress> response = new FakeResponse<>();
    asAdmin(
        () ->
            service.beginRestore(
                BeginRestoreRequest.newBuilder()
                    .setBackupSha256(sha256)
                    .setHeader(header)
                    .setCounts(BackupCounts.newBuilder().setAccounts(1).setKeys(1).setDataBytes(10))
                    .build(),
                response));
    return response;
  }

  private FakeResponse<RestoreProgress> send(BackupRows rows) {
    FakeResponse<RestoreProgress> response = new FakeResponse<>();
    asAdmin(
        () ->
            service.restoreRows(
                RestoreRowsRequest.newBuilder().setBackupSha256(SHA).setRows(rows).build(),
                response));
    return response;
  }

  private static void asAdmin(Runnable call) {
    Context.current().withValue(Caller.CONTEXT, Shown.CALLER).run(call);
  }

  private static void assertThatIsInvalid(FakeResponse<?> response, String words) {
    assertThat(response.answers).isEmpty();
    assertThat(response.ends).hasSize(1);
    assertThat(response.ends.get(0).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(response.ends.get(0).getDescription()).contains(words);
  }

  private static BackupRows rows(BackupEntry... entries) {
    return BackupRows.newBuilder().addAllEntries(List.of(entries)).build();
  }

  private static BackupEntry entry(String key, String value) {
    return BackupEntry.newBuilder()
        .setAccountId(1)
        .setKey(key)
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }
}
