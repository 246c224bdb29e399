package io.relaykv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredStateTest {
  @TempDir private Path temp;

  @Test
  void aNodeThatHasNotRunHasNothing() throws IOException {
    assertThat(StoredState.verify(temp.resolve("db"), temp.resolve("sm")))
        .isEqualTo(new StoredState(-1, -1, 0));
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void saysWhereDatabaseAndNewestSnapshotEnd() throws IOException {
    List<LogEntryProto> log = new ArrayList<>();
    Commands.accounts(3).forEach(command -> log.add(TestNode.entry(log, command)));
    TestNode node = TestNode.start(temp.resolve("n1"), log);
    node.catchUp();
    node.takeSnapshot();
    long snapshot = log.size() - 1L;
    Commands.accounts(2).forEach(command -> log.add(TestNode.entry(log, command)));
    node.catchUp();
    node.stop();
    Files.createDirectory(node.snapshots().resolve("tmp-snapshot.9_999"));

    StoredState state = StoredState.verify(node.database(), node.snapshots());
    assertThat(state).isEqualTo(new StoredState(log.size() - 1, snapshot, log.get(0).getTerm()));
    assertThat(state.reach()).isEqualTo(log.size() - 1);

    Directories.delete(node.database());
    assertThat(StoredState.verify(node.database(), node.snapshots()))
        .isEqualTo(new StoredState(-1, snapshot, log.get(0).getTerm()));
  }
}
