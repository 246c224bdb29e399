package io.relaykv.client.internal;

import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.BackupRules;
import io.relaykv.protocol.backup.BackupEnd;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.CreateBackupRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the leader sends into a file. When the leader is lost on the way, the next one is
 * asked, and the file begun anew: its state is of another log entry. On the caller's thread.
 */
final class BackupDownload {
  private static final int MAX_TRIES = 5;

  private final LeaderCalls leader;
  private final Duration silence;
  private final Consumer<BackupProgress> progress;

  /**
   * @param silence how long a node may send nothing
   */
  BackupDownload(LeaderCalls leader, Duration silence, Consumer<BackupProgress> progress) {
    this.leader = leader;
    this.silence = silence;
    this.progress = progress;
  }

  BackupInfo to(Path file, boolean replace) {
    List<NodeFailure> lost = new ArrayList<>();
    try (BackupWriter writer = BackupWriter.prepare(file, replace)) {
      while (true) {
        Optional<BackupInfo> made = oneTry(file, writer, lost);
        if (made.isPresent()) {
          return made.get();
        }
        if (lost.size() == MAX_TRIES) {
          throw new UnavailableException(
              "create a backup: the leader was lost %d times, each time before all was sent"
                  .formatted(MAX_TRIES),
              lost);
        }
      }
    }
  }

  /** Empty if the node was lost, which is noted then. */
  private Optional<BackupInfo> oneTry(Path file, BackupWriter writer, List<NodeFailure> lost) {
    Receiver receiver = new Receiver(file, writer);
    writer.begin();
    try {
      leader.stream(
          AdminGrpc.getCreateBackupMethod(),
          CreateBackupRequest.getDefaultInstance(),
          "create a backup",
          silence,
          receiver);
      return Optional.of(receiver.finish());
    } catch (LostStreamException e) {
      lost.add(new NodeFailure(e.node(), String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  /** Checks what comes, as it comes: what could not be restored is noticed now. */
  private final class Receiver implements Consumer<BackupPart> {
    private final Path file;
    private final BackupWriter writer;
    private @Nullable BackupContents contents;
    private BackupPart header = BackupPart.getDefaultInstance();
    private @Nullable BackupEnd end;

    Receiver(Path file, BackupWriter writer) {
      this.file = file;
      this.writer = writer;
    }

    @Override
    public void accept(BackupPart part) {
      try {
        take(part);
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }

    private void take(BackupPart part) {
      if (end != null || part.hasHeader() != (contents == null)) {
        throw wrong("the node has sent parts out of turn");
      }
      switch (part.getPartCase()) {
        case HEADER -> {
          BackupRules.check(part.getHeader());
          contents = new BackupContents(part.getHeader(), false);
          header = part;
          writer.add(part);
        }
        case ROWS -> {
          begun().add(part.getRows());
          writer.add(part);
          progress.accept(
              new BackupProgress(
                  BackupProgress.Phase.CREATING,
                  begun().counts().getKeys(),
                  header.getHeader().getEstimatedKeys(),
                  writer.bytes()));
        }
        case END -> {
          begun().end(part.getEnd());
          end = part.getEnd();
        }
        case PART_NOT_SET ->
            throw wrong("the node has sent a part that this version does not know");
      }
    }

    BackupInfo finish() {
      BackupEnd last = end;
      if (last == null) {
        throw wrong("the node has ended the backup too early");
      }
      String sha256 = writer.finish(last);
      return BackupCheck.info(header.getHeader(), begun(), sha256, writer.bytes());
    }

    private BackupContents begun() {
      if (contents == null) {
        throw wrong("the node has sent parts out of turn");
      }
      return contents;
    }

    private InvalidBackupException wrong(String what) {
      return new InvalidBackupException(file, writer.bytes(), what + "; the file was not kept");
    }
  }
}
