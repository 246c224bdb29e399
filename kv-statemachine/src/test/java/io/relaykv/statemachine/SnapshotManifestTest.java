package io.relaykv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.statemachine.store.Applied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotManifestTest {
  private static final UUID CLUSTER = UUID.fromString("3f0e7a52-2d0c-3b5e-9a57-0b4a6f1c9d11");

  @TempDir Path temp;

  private Snapshot snapshot;

  @BeforeEach
  void make() throws IOException {
    snapshot =
        new Snapshot(Files.createDirectory(temp.resolve("snapshot.3_12")), new Applied(3, 12));
    Files.writeString(file("a.sst"), "table");
    Files.writeString(file("CURRENT"), "");
    describe(snapshot, Optional.empty());
  }

  @Test
  void isAsDocumented() throws IOException {
    assertThat(file(SnapshotManifest.NAME))
        .hasContent(
            """
            relaykv-snapshot 1
            cluster 3f0e7a52-2d0c-3b5e-9a57-0b4a6f1c9d11
            applied 3 12
            file 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 CURRENT
            file 5 0d4fc4a78d3706edccafb665a8b2fdd9309e82c78625bb0f2b8e7bb9e1c4d21c a.sst
            sha256 cb5459a3fcc8091b85ad1ee5772fb1e41afc7117e28a5e00a4eb14134e3926da
            """);
  }

  @Test
  void acceptsWhatWasWrittenAndTheDigestsThatRatisAdds() throws IOException {
    Files.writeString(file("a.sst.md5"), "x");
    Files.writeString(file(SnapshotManifest.NAME + ".md5"), "x");
    verify();
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(file("a.sst"));
    assertRefused(file("a.sst") + " is missing; ");
  }

  @Test
  void aFileTooManyIsNamed() throws IOException {
    Files.writeString(file("b.sst"), "");
    assertRefused(file("b.sst") + " does not belong there; ");
  }

  @Test
  void aShorterAndALongerFileAreNamed() throws IOException {
    Files.writeString(file("a.sst"), "tabl");
    assertRefused(file("a.sst") + " is damaged: it has 4 bytes, not 5; ");
    Files.writeString(file("a.sst"), "tables");
    assertRefused(file("a.sst") + " is damaged: it has 6 bytes, not 5; ");
  }

  @Test
  void aChangedFileIsNamed() throws IOException {
    Files.writeString(file("a.sst"), "taxle");
    assertRefused(file("a.sst") + " is damaged: its content has changed; ");
  }

  @Test
  void aManifestThatIsGoneOrEmptyOrCutIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(file(SnapshotManifest.NAME));
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(SnapshotManifest.NAME), Arrays.copyOf(whole, length));
      assertRefused(file(SnapshotManifest.NAME) + " is damaged; ");
    }
    Files.delete(file(SnapshotManifest.NAME));
    assertRefused(file(SnapshotManifest.NAME) + " is missing; ");
  }

  @Test
  void eachBitOfTheManifestCounts() throws IOException {
    byte[] whole = Files.readAllBytes(file(SnapshotManifest.NAME));
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file(SnapshotManifest.NAME), flipped);
      assertRefused(file(SnapshotManifest.NAME) + " is damaged; ");
    }
  }

  @Test
  void aSnapshotOfAnotherClusterIsRefused() {
    UUID other = UUID.nameUUIDFromBytes(new byte[0]);
    assertThatExceptionOfType(DamagedSnapshotException.class)
        .isThrownBy(() -> SnapshotManifest.of(snapshot, other))
        .withMessageContaining("is of the cluster %s, not of %s", CLUSTER, other);
  }

  @Test
  void aSnapshotUnderAnotherOnesNameIsRefused() throws IOException {
    Path other = Files.move(snapshot.directory(), temp.resolve("snapshot.3_13"));
    snapshot = new Snapshot(other, new Applied(3, 13));
    assertRefused(file(SnapshotManifest.NAME) + " is of another snapshot: ");
  }

  @Test
  void aManifestOfAnotherVersionIsRefusedAsSuch() throws IOException {
    String lines = "relaykv-snapshot 2\nother things\n";
    Files.writeString(file(SnapshotManifest.NAME), lines + SnapshotManifest.checksumLine(lines));
    assertRefused(
        file(SnapshotManifest.NAME)
            + " is of another version: it begins with relaykv-snapshot 2; ");
  }

  @Test
  void aTableThatThePreviousSnapshotHasTooIsNotReadAgain() throws IOException {
    Snapshot next =
        new Snapshot(Files.createDirectory(temp.resolve("snapshot.3_20")), new Applied(3, 20));
    Files.createLink(next.directory().resolve("a.sst"), file("a.sst"));
    Files.writeString(next.directory().resolve("CURRENT"), "other");
    Files.writeString(next.directory().resolve("b.sst"), "new");
    // Damage since then must not become the content.
    Files.writeString(file("a.sst"), "taxle");
    describe(next, Optional.of(snapshot));

    snapshot = next;
    assertRefused(file("a.sst") + " is damaged: its content has changed; ");
    Files.writeString(file("a.sst"), "table");
    verify();
  }

  @Test
  void aTableOfTheSameNameIsReadIfItIsAnotherFile() throws IOException {
    Snapshot next =
        new Snapshot(Files.createDirectory(temp.resolve("snapshot.3_20")), new Applied(3, 20));
    Files.writeString(next.directory().resolve("a.sst"), "TABLE");
    describe(next, Optional.of(snapshot));
    snapshot = next;
    verify();
  }

  private Path file(String name) {
    return snapshot.directory().resolve(name);
  }

  private static void describe(Snapshot made, Optional<Snapshot> previous) throws IOException {
    SnapshotManifest.describe(made.directory(), CLUSTER, made.applied(), previous)
        .write(made.directory());
  }

  private void verify() throws IOException {
    SnapshotManifest.of(snapshot, CLUSTER).checkContents(snapshot.directory());
  }

  private void assertRefused(String reason) {
    assertThatExceptionOfType(DamagedSnapshotException.class)
        .isThrownBy(this::verify)
        .withMessageStartingWith("the snapshot file " + reason)
        .withMessageEndingWith("replace this node, the others have its data")
        .withMessageNotContaining("\n");
  }
}
