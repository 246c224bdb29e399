package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.log.BeginRestore;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.protocol.log.CreateApiKey;
import io.relaykv.protocol.log.DeleteAccount;
import io.relaykv.protocol.log.DeleteApiKey;
import io.relaykv.protocol.log.Done;
import io.relaykv.protocol.log.FinishRestore;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.log.RestoreRows;
import io.relaykv.protocol.log.SetApiKeyEnabled;
import io.relaykv.server.disk.FakeDisk;
import io.relaykv.server.raft.FakeLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RoomCheckTest {
  private static final CommandResult DONE =
      CommandResult.newBuilder().setDone(Done.newBuilder().setId(3)).build();
  private static final List<Command.Builder> GROWING =
      List.of(
          Command.newBuilder().setCreateAccount(CreateAccount.getDefaultInstance()),
          Command.newBuilder().setCreateApiKey(CreateApiKey.getDefaultInstance()),
          Command.newBuilder().setBeginRestore(BeginRestore.getDefaultInstance()),
          Command.newBuilder().setRestoreRows(RestoreRows.getDefaultInstance()));
  private static final List<Command.Builder> OTHERS =
      List.of(
          Command.newBuilder().setDeleteAccount(DeleteAccount.getDefaultInstance()),
          Command.newBuilder().setDeleteApiKey(DeleteApiKey.getDefaultInstance()),
          Command.newBuilder().setSetApiKeyEnabled(SetApiKeyEnabled.getDefaultInstance()),
          Command.newBuilder().setFinishRestore(FinishRestore.getDefaultInstance()));

  private final FakeDisk disk = new FakeDisk();
  private final CompletableFuture<Void> barrier = new CompletableFuture<>();
  private final RoomCheck check =
      new RoomCheck(disk.guard, () -> barrier, command -> CompletableFuture.completedFuture(DONE));

  @Test
  void withRoomEverythingIsProposed() {
    assertThat(GROWING)
        .allSatisfy(command -> assertThat(check.propose(command)).isCompletedWithValue(DONE));
    assertThat(OTHERS)
        .allSatisfy(command -> assertThat(check.propose(command)).isCompletedWithValue(DONE));
  }

  @Test
  void withoutRoomNothingNewIsMadeAndAllElseGoesOn() {
    disk.has(9);
    barrier.complete(null);
    assertThat(GROWING)
        .allSatisfy(
            command ->
                assertThat(check.propose(command))
                    .isCompletedWithValueMatching(
                        result ->
                            result.getRefusal().getReason() == Refusal.Reason.TOO_MANY
                                && result.getRefusal().getMessage().startsWith("n1 takes no")));
    assertThat(OTHERS)
        .allSatisfy(command -> assertThat(check.propose(command)).isCompletedWithValue(DONE));
  }

  @Test
  void aNodeThatDoesNotLeadDoesNotDecide() {
    disk.has(9);
    CompletableFuture<CommandResult> asked = check.propose(GROWING.get(0));
    assertThat(asked).isNotDone();
    barrier.completeExceptionally(FakeLog.notLeading());
    assertThat(asked).isCompletedExceptionally();
  }
}
