package io.relaykv.statemachine;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.proto.RaftProtos.FileChunkProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;

/**
 * A snapshot on its way to a follower: what Ratis reads from it, checked against its manifest on
 * the way. The last chunk of a damaged file is not handed out, so that nobody installs it. No file
 * is read a second time for that, and what is checked is what is sent.
 *
 * <p>The snapshot is not deleted before {@link #close}. Used by the thread that sends; closed by
 * any.
 */
public final class SnapshotTransfer
    implements Iterable<InstallSnapshotRequestProto>, AutoCloseable {
  private final Snapshot snapshot;
  private final UUID clusterId;
  private final Iterable<InstallSnapshotRequestProto> requests;
  private final StateMachineEvents events;
  private final Runnable end;
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * @param requests reads the snapshot
   * @param end lets go of the snapshot
   */
  SnapshotTransfer(
      Snapshot snapshot,
      UUID clusterId,
      Iterable<InstallSnapshotRequestProto> requests,
      StateMachineEvents events,
      Runnable end) {
    this.snapshot = snapshot;
    this.clusterId = clusterId;
    this.requests = requests;
    this.events = events;
    this.end = end;
  }

  @Override
  public Iterator<InstallSnapshotRequestProto> iterator() {
    try {
      return new Checked(SnapshotManifest.of(snapshot, clusterId), requests.iterator());
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private final class Checked implements Iterator<InstallSnapshotRequestProto> {
    private final SnapshotManifest manifest;
    private final Iterator<InstallSnapshotRequestProto> unchecked;
    private final SnapshotManifest.ContentReader reader = new SnapshotManifest.ContentReader();

    Checked(SnapshotManifest manifest, Iterator<InstallSnapshotRequestProto> unchecked) {
      this.manifest = manifest;
      this.unchecked = unchecked;
    }

    @Override
    public boolean hasNext() {
      return unchecked.hasNext();
    }

    @Override
    public InstallSnapshotRequestProto next() {
      try {
        InstallSnapshotRequestProto request = unchecked.next();
        for (FileChunkProto chunk : request.getSnapshotChunk().getFileChunksList()) {
          check(chunk);
        }
        return request;
      } catch (IllegalStateException e) {
        throw broken(e.getCause() == null ? e : e.getCause());
      } catch (IOException e) {
        throw broken(e);
      }
    }

    private void check(FileChunkProto chunk) throws IOException {
      reader.read(chunk.getData().asReadOnlyByteBuffer());
      if (chunk.getDone()) {
        String name = chunk.getFilename().substring(chunk.getFilename().lastIndexOf('/') + 1);
        manifest.checkContent(snapshot.directory().resolve(name), reader.end());
      }
    }
  }

  /** What the transfer ends with when the snapshot cannot be read, or is damaged. */
  private IllegalStateException broken(Throwable cause) {
    // A node that no longer leads may be getting another leader's snapshot in place of its own.
    if (Files.isDirectory(snapshot.directory())) {
      events.failed("the snapshot %s cannot be sent".formatted(snapshot.directory()), cause);
    }
    return new IllegalStateException("cannot send " + snapshot.directory(), cause);
  }

  /** Lets go of the snapshot. */
  @Override
  public void close() {
    if (ended.compareAndSet(false, true)) {
      end.run();
    }
  }
}
