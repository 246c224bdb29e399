package io.relaykv.statemachine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import io.relaykv.statemachine.store.StoreContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
  @TempDir Path temp;

  @Test
  void deletesEverythingBelowAndNothingElse() throws IOException {
    Files.createDirectories(temp.resolve("a/b/c"));
    Files.writeString(temp.resolve("a/b/file"), "x");
    Files.writeString(temp.resolve("other"), "x");
    Files.createSymbolicLink(temp.resolve("a/link"), temp.resolve("other"));
    Directories.delete(temp.resolve("a"));
    assertThat(WholeDirectory.names(temp)).containsExactly("other");
    Directories.delete(temp.resolve("never there"));
  }

  @Test
  void aCloneHoldsTheSameAndLeadsALifeOfItsOwn() throws IOException {
    Path checkpoint = checkpoint("checkpoint", "a", "1");
    Files.writeString(checkpoint.resolve("CURRENT.md5"), "Ratis leaves these behind");
    Path clone = temp.resolve("clone");
    SortedMap<String, String> expected = contentsOfACopy(checkpoint);
    Directories.cloneCheckpoint(checkpoint, clone);
    assertThat(clone.resolve("CURRENT.md5")).doesNotExist();
    try (KvStore store = KvStore.open(clone)) {
      assertThat(StoreContents.of(store)).isEqualTo(expected);
      put(store, 2, "a", "changed in the clone");
      store.checkpoint(new Applied(1, 2), temp.resolve("of the clone"));
    }
    assertThat(contentsOfACopy(checkpoint)).isEqualTo(expected);
  }

  @Test
  void aCloneTakesThePlaceOfADatabaseAndOfInterruptedClones() throws IOException {
    Path checkpoint = checkpoint("checkpoint", "a", "1");
    Path target = temp.resolve("db");
    try (KvStore old = KvStore.open(target)) {
      put(old, 9, "old", "1");
    }
    Files.createDirectories(temp.resolve("db.restoring/junk"));
    Files.createDirectories(temp.resolve("db.replaced/junk"));
    Directories.cloneCheckpoint(checkpoint, target);
    try (KvStore store = KvStore.open(target)) {
      assertThat(StoreContents.of(store)).isEqualTo(contentsOfACopy(checkpoint));
    }
    assertThat(WholeDirectory.names(temp)).containsExactlyInAnyOrder("checkpoint", "db");
  }

  @Test
  void aCrashWhileADatabaseIsReplacedLeavesAWholeOneOrNone() throws Exception {
    Path checkpoint = checkpoint("checkpoint", "a", "1");
    Path target = Files.createDirectory(temp.resolve("db"));
    for (int file = 0; file < 2_000; file++) {
      Files.createFile(target.resolve(file + ".sst"));
    }
    Set<Set<String>> whole = Set.of(WholeDirectory.names(target), WholeDirectory.names(checkpoint));
    try (WholeDirectory watched = WholeDirectory.watch(target, whole)) {
      Directories.cloneCheckpoint(checkpoint, target);
      assertThat(watched.filesOfAPart()).isEmpty();
    }
  }

  private Path checkpoint(String name, String key, String value) throws IOException {
    Path made = temp.resolve(name);
    Path source = Files.createTempDirectory(temp, "source");
    try (KvStore store = KvStore.open(source)) {
      put(store, 1, key, value);
      store.checkpoint(new Applied(1, 1), made);
    }
    Directories.delete(source);
    return made;
  }

  private SortedMap<String, String> contentsOfACopy(Path checkpoint) throws IOException {
    Path copy = temp.resolve("copy");
    Directories.cloneCheckpoint(checkpoint, copy);
    try (KvStore store = KvStore.open(copy)) {
      return StoreContents.of(store);
    } finally {
      Directories.delete(copy);
    }
  }

  private static void put(KvStore store, long index, String key, String value) {
    StoreBatch batch = store.newBatch();
    batch.put(7, key, value.getBytes(US_ASCII));
    batch.commit(new Applied(1, index));
  }
}
