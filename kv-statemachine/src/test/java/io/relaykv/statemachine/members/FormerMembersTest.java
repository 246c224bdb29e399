package io.relaykv.statemachine.members;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.log.RetireMember;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormerMembersTest {
  @TempDir private Path directory;
  private long index;

  @Test
  void aNameStaysForEver() {
    try (KvStore store = KvStore.open(directory)) {
      FormerMembers members = FormerMembers.load(store);
      assertThat(members.contains("n3")).isFalse();
      assertThat(retire(members, "n3", store).hasDone()).isTrue();
      assertThat(retire(members, "n3", store).hasDone()).as("again").isTrue();
      assertThat(members.contains("n3")).isTrue();
      assertThat(members.contains("n4")).isFalse();
    }
    try (KvStore store = KvStore.open(directory)) {
      assertThat(FormerMembers.load(store).contains("n3")).isTrue();
      assertThat(FormerMembers.load(store).contains("n4")).isFalse();
    }
  }

  @Test
  void whatIsNoNameIsRefused() {
    try (KvStore store = KvStore.open(directory)) {
      FormerMembers members = FormerMembers.load(store);
      CommandResult result = retire(members, "N/3", store);
      assertThat(result.getRefusal().getReason()).isEqualTo(Refusal.Reason.MALFORMED);
      assertThat(members.contains("N/3")).isFalse();
    }
  }

  private CommandResult retire(FormerMembers members, String name, KvStore store) {
    StoreBatch batch = store.newBatch();
    CommandResult result =
        members.retire(RetireMember.newBuilder().setNodeId(name).build(), 7, batch);
    batch.commit(new Applied(1, ++index));
    return result;
  }
}
