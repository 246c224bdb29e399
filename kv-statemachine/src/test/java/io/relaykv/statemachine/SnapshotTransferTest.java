package io.relaykv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.relaykv.statemachine.store.Applied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.FileChunkProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.server.storage.FileChunkReader;
import org.apache.ratis.server.storage.FileInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTransferTest {
  private static final UUID CLUSTER = UUID.randomUUID();
  private static final int CHUNK_BYTES = 4;

  @TempDir Path temp;

  private final TestNode.RecordedEvents events = new TestNode.RecordedEvents();
  private Snapshot snapshot;

  @BeforeEach
  void make() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("snapshot.3_12"));
    snapshot = new Snapshot(directory, new Applied(3, 12));
    Files.writeString(file("a.sst"), "a table of some chunks");
    Files.writeString(file("b.sst"), "another one");
    Files.writeString(file("CURRENT"), "");
    SnapshotManifest.describe(directory, CLUSTER, snapshot.applied(), Optional.empty())
        .write(directory);
    // As an earlier transfer to this node would have left it.
    Files.writeString(file("a.sst.md5"), "x");
  }

  @Test
  void handsOutEveryChunk() {
    List<InstallSnapshotRequestProto> sent = new ArrayList<>();
    transfer().forEach(sent::add);
    List<InstallSnapshotRequestProto> read = new ArrayList<>();
    requests().forEach(read::add);
    assertThat(sent).isEqualTo(read).hasSizeGreaterThan(9);
    assertThat(events.failures).isEmpty();
  }

  @Test
  void aFileThatIsDamagedIsNotSentToItsEnd() throws IOException {
    Files.writeString(file("b.sst"), "another One");
    assertThat(namesSentToTheirEnd()).containsExactly("CURRENT", "a.sst");
    assertHalts();
  }

  @Test
  void aSnapshotWithAMissingFileOrOneTooManyIsNotSentAtAll() throws IOException {
    Files.writeString(file("c.sst"), "x");
    assertThat(namesSentToTheirEnd()).isEmpty();
    assertHalts();
    events.failures.clear();

    Files.delete(file("c.sst"));
    Files.delete(file("b.sst"));
    assertThat(namesSentToTheirEnd()).isEmpty();
    assertHalts();
  }

  @Test
  void aFileThatIsCutWhileItIsSentIsAFailure() throws IOException {
    Iterator<InstallSnapshotRequestProto> chunks = transfer().iterator();
    Files.writeString(file("a.sst"), "a tab");
    assertThatIllegalStateException().isThrownBy(() -> chunks.forEachRemaining(chunk -> {}));
    assertHalts();
  }

  @Test
  void aSnapshotThatAnotherHasTakenThePlaceOfIsNoFailureOfTheDisk() throws IOException {
    Iterator<InstallSnapshotRequestProto> chunks = transfer().iterator();
    chunks.next();
    Files.move(snapshot.directory(), temp.resolve("away"));
    assertThatIllegalStateException().isThrownBy(() -> chunks.forEachRemaining(chunk -> {}));
    assertThatIllegalStateException().isThrownBy(() -> transfer().iterator());
    assertThat(events.failures).isEmpty();
  }

  private void assertHalts() {
    assertThat(events.failures)
        .containsExactly("the snapshot %s cannot be sent".formatted(snapshot.directory()));
  }

  private List<String> namesSentToTheirEnd() {
    List<String> names = new ArrayList<>();
    assertThatIllegalStateException()
        .isThrownBy(
            () -> {
              for (InstallSnapshotRequestProto request : transfer()) {
                FileChunkProto chunk = request.getSnapshotChunk().getFileChunks(0);
                if (chunk.getDone()) {
                  names.add(Path.of(chunk.getFilename()).getFileName().toString());
                }
              }
            });
    return names;
  }

  private Path file(String name) {
    return snapshot.directory().resolve(name);
  }

  private SnapshotTransfer transfer() {
    return new SnapshotTransfer(snapshot, CLUSTER, requests(), events, () -> {});
  }

  /** As Ratis makes them: file after file, chunk after chunk, opened and read when asked for. */
  private Iterable<InstallSnapshotRequestProto> requests() {
    List<FileInfo> files =
        List.of("CURRENT", "a.sst", "b.sst", SnapshotManifest.NAME).stream()
            .map(name -> new FileInfo(file(name), null))
            .toList();
    return () ->
        new Iterator<>() {
          private final Iterator<FileInfo> left = files.iterator();
          private FileChunkReader open;

          @Override
          public boolean hasNext() {
            return open != null || left.hasNext();
          }

          @Override
          public InstallSnapshotRequestProto next() {
            try {
              if (open == null) {
                FileInfo info = left.next();
                open =
                    FileChunkReader.newInstance(
                        info, Path.of("sm/snapshot.3_12").resolve(info.getPath().getFileName()));
              }
              FileChunkProto chunk = open.readFileChunk(CHUNK_BYTES);
              if (chunk.getDone()) {
                open.close();
                open = null;
              }
              return InstallSnapshotRequestProto.newBuilder()
                  .setSnapshotChunk(SnapshotChunkProto.newBuilder().addFileChunks(chunk))
                  .build();
            } catch (IOException e) {
              throw new IllegalStateException("Failed to iterate", e);
            }
          }
        };
  }
}
