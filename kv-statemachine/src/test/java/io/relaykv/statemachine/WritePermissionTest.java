package io.relaykv.statemachine;

import static io.relaykv.protocol.log.WriteStatus.APPLIED;
import static io.relaykv.protocol.log.WriteStatus.DROPPED;
import static io.relaykv.protocol.log.WriteStatus.NOT_ALLOWED;
import static io.relaykv.statemachine.Commands.createApiKey;
import static io.relaykv.statemachine.Commands.delete;
import static io.relaykv.statemachine.Commands.deleteAccount;
import static io.relaykv.statemachine.Commands.deleteApiKey;
import static io.relaykv.statemachine.Commands.put;
import static io.relaykv.statemachine.Commands.session;
import static io.relaykv.statemachine.Commands.setEnabled;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.statemachine.store.StoreContents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an API key that has changed while a write was under way means for the write. */
class WritePermissionTest {
  private Replica replica;

  @BeforeEach
  void open(@TempDir Path directory) {
    replica = new Replica(directory.resolve("db"));
    Commands.accounts(2).forEach(replica::apply);
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void aDisabledKeyWritesNothing() {
    replica.apply(setEnabled(1, false));
    assertThatNothingIsWritten(session(1, 1, 1, put(1, "a", "1"), delete(2, "a")));
  }

  @Test
  void aDeletedKeyWritesNothing() {
    replica.apply(deleteApiKey(1));
    assertThatNothingIsWritten(session(1, 1, 1, put(1, "a", "1"), delete(2, "a")));
  }

  @Test
  void theKeyOfADeletedAccountWritesNothing() {
    replica.apply(deleteAccount("account-1"));
    assertThatNothingIsWritten(session(1, 1, 1, put(1, "a", "1"), delete(2, "a")));
  }

  @Test
  void theKeyOfAnotherAccountWritesNothing() {
    assertThatNothingIsWritten(session(1, 1, 2, 1, put(1, "a", "1"), delete(2, "a")));
    assertThatNothingIsWritten(session(1, 2, 1, 1, put(1, "a", "1"), delete(2, "a")));
  }

  @Test
  void aKeyThatNeverWasWritesNothing() {
    for (long id : new long[] {0, 3, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThatNothingIsWritten(session(1, 1, id, 1, put(1, "a", "1"), delete(2, "a")));
    }
  }

  @Test
  void aReadOnlyKeyWritesNothing() {
    replica.apply(createApiKey("account-1", true, false));
    assertThatNothingIsWritten(session(1, 1, 3, 1, put(1, "a", "1"), delete(2, "a")));
  }

  @Test
  void aWriteOnlyKeyWrites() {
    replica.apply(createApiKey("account-1", false, true));
    assertThat(replica.write(session(1, 1, 3, 1, put(1, "a", "1")))).containsExactly(APPLIED);
  }

  @Test
  void whatWasAppliedBeforeIsSaidToBeApplied() {
    SessionWrites writes = session(1, 1, 1, put(1, "a", "1"));
    replica.write(writes);
    replica.apply(setEnabled(1, false));
    assertThat(replica.write(session(1, 1, 1, put(1, "a", "1"), put(2, "a", "2"))))
        .containsExactly(APPLIED, NOT_ALLOWED);
    assertThat(replica.value(1, "a")).contains("1");
    replica.apply(deleteApiKey(1));
    assertThat(replica.write(writes)).containsExactly(APPLIED);
  }

  @Test
  void whatItsClientNoLongerWaitsForIsDroppedAlsoIfItIsNotAllowed() {
    replica.apply(setEnabled(1, false));
    assertThat(replica.write(session(1, 1, 5, put(4, "a", "1")))).containsExactly(DROPPED);
  }

  @Test
  void onceTheKeyIsEnabledAgainNewWritesAreAppliedAndCopiesOfTheRefusedOnes() {
    SessionWrites refused = session(1, 1, 1, put(1, "a", "1"));
    replica.apply(setEnabled(1, false));
    assertThat(replica.write(refused)).containsExactly(NOT_ALLOWED);
    replica.restart();
    assertThat(replica.write(refused)).containsExactly(NOT_ALLOWED);
    replica.apply(setEnabled(1, true));
    assertThat(replica.write(session(1, 1, 1, put(2, "b", "2")))).containsExactly(APPLIED);
    assertThat(replica.write(refused)).containsExactly(APPLIED);
    assertThat(replica.value(1, "a")).contains("1");
    assertThat(replica.value(1, "b")).contains("2");
  }

  @Test
  void theOthersInTheEntryAreNotHeldUp() {
    replica.apply(setEnabled(1, false));
    assertThat(
            replica.write(
                session(1, 1, 1, put(1, "a", "1")),
                session(2, 2, 1, put(1, "a", "2")),
                session(1, 1, 1, put(2, "a", "1"))))
        .containsExactly(NOT_ALLOWED, APPLIED, NOT_ALLOWED);
    assertThat(StoreContents.dataBytes(replica.store())).isEqualTo(Map.of(2L, 2L));
  }

  @Test
  void twoKeysOfAnAccountAreDisabledApart() {
    replica.apply(createApiKey("account-1", true, true));
    replica.apply(setEnabled(1, false));
    assertThat(replica.write(session(1, 1, 1, 1, put(1, "a", "1")))).containsExactly(NOT_ALLOWED);
    assertThat(replica.write(session(1, 1, 3, 1, put(1, "a", "1")))).containsExactly(APPLIED);
  }

  private void assertThatNothingIsWritten(SessionWrites writes) {
    List<WriteStatus> statuses = replica.write(writes);
    assertThat(statuses).hasSize(writes.getWritesCount()).containsOnly(NOT_ALLOWED);
    assertThat(StoreContents.dataBytes(replica.store())).isEmpty();
  }
}
