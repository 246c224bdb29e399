package io.relaykv.statemachine;

import io.relaykv.statemachine.store.Applied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots on disk, as Ratis wants to see them: directories {@code snapshot.<term>_<index>}
 * below Ratis' {@code sm} directory, each a RocksDB checkpoint and its {@link SnapshotManifest}.
 * One that is being made has a name with {@code tmp-} in front and gets its own by an atomic
 * rename.
 *
 * <p>Ratis replaces the whole {@code sm} directory when it installs a snapshot from the leader,
 * which is why the live database is not in it. That happens on another thread than snapshots are
 * made on: the methods that touch the directory exclude each other, for as long as the disk takes.
 */
final class SnapshotDirectory implements StateMachineStorage {
  private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
  private static final String UNFINISHED = "tmp-";

  /** What Ratis appends to the name of the directory that it replaces ({@code SnapshotManager}). */
  private static final String REPLACED = ".tmp";

  private final int retained;
  private volatile @Nullable Path directory;
  private volatile @Nullable FileListSnapshotInfo latest;

  /** Where Ratis gathers a snapshot that the leader sends. */
  private volatile @Nullable Path received;

  /** Whose snapshots they are. */
  private volatile @Nullable UUID clusterId;

  /** Guarded by this. */
  private boolean beingReplaced;

  /**
   * How often each snapshot is being sent at the moment; guarded by itself, as whoever sends one
   * must not wait for another that is being made.
   */
  private final Map<Path, Integer> held = new HashMap<>();

  /**
   * @param retained how many to keep besides those that are being sent
   */
  SnapshotDirectory(int retained) {
    this.retained = retained;
  }

  /**
   * Begins to use the snapshots in {@code storage}, which are the cluster's of that id, and removes
   * what an interrupted run left.
   */
  void open(RaftStorageDirectory storage, UUID ownClusterId) throws IOException {
    clusterId = ownClusterId;
    Path opened = storage.getStateMachineDir().toPath();
    Files.createDirectories(opened);
    directory = opened;
    received = storage.getTmpDir().toPath();
    Directories.delete(received);
    String replaced = opened.getFileName() + REPLACED;
    for (Path left : list(opened.resolveSibling("."), name -> name.startsWith(replaced))) {
      Directories.delete(left);
    }
    for (Path left : list(opened, name -> name.startsWith(UNFINISHED))) {
      Directories.delete(left);
    }
    rescan();
  }

  /**
   * Leaves the directory to Ratis, which is about to put a received one in its place, until {@link
   * #rescan}. Waits for a snapshot that is being made, which would end up in either of them, and
   * for the disk: Ratis itself does not write its files through to it.
   */
  synchronized void beginReplacement() throws IOException {
    beingReplaced = true;
    Path arrived = received;
    if (arrived != null) {
      Directories.syncTree(arrived);
    }
  }

  /** Looks at the disk again, after Ratis has replaced the directory. */
  synchronized void rescan() throws IOException {
    beingReplaced = false;
    Directories.sync(root().resolveSibling("."));
    List<Path> snapshots = snapshots();
    latest = snapshots.isEmpty() ? null : info(snapshots.get(snapshots.size() - 1));
  }

  /** The last entry in the newest snapshot in {@code directory}. */
  static Applied newestIn(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return Applied.NOTHING;
    }
    return list(directory, name -> NAME.matcher(name).matches()).stream()
        .map(SnapshotDirectory::termIndex)
        .max(Comparator.comparingLong(TermIndex::getIndex))
        .map(last -> new Applied(last.getTerm(), last.getIndex()))
        .orElse(Applied.NOTHING);
  }

  /** The newest snapshot, if there is one. */
  Optional<Snapshot> newest() {
    FileListSnapshotInfo info = latest;
    return Optional.ofNullable(info).map(shown -> snapshot(shown.getTermIndex()));
  }

  /**
   * Reads all of {@code snapshot}.
   *
   * @throws DamagedSnapshotException if it is not what was written, or another cluster's
   */
  void verify(Snapshot snapshot) throws IOException {
    SnapshotManifest.of(snapshot, ownClusterId()).checkContents(snapshot.directory());
  }

  /**
   * Publishes what {@code writer} puts into the directory that it is given, as of {@code applied}.
   *
   * @return false if nothing was done, since Ratis is about to replace all snapshots by a newer one
   */
  synchronized boolean publish(Applied applied, Consumer<Path> writer) throws IOException {
    if (beingReplaced) {
      return false;
    }
    String name = name(applied.term(), applied.index());
    Path target = root().resolve(name);
    if (!Files.exists(target)) {
      Path unfinished = root().resolve(UNFINISHED + name);
      Directories.delete(unfinished);
      writer.accept(unfinished);
      SnapshotManifest.describe(unfinished, ownClusterId(), applied, newest()).write(unfinished);
      Directories.syncFiles(unfinished);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      Directories.sync(root());
    }
    latest = info(target);
    return true;
  }

  private Path root() {
    Path root = directory;
    if (root == null) {
      throw new IllegalStateException("the snapshot directory is not open");
    }
    return root;
  }

  private UUID ownClusterId() {
    UUID id = clusterId;
    if (id == null) {
      throw new IllegalStateException("the snapshot directory is not open");
    }
    return id;
  }

  /**
   * Begins to send the snapshot {@code sent}, which stays there until the transfer is closed.
   *
   * @param requests reads it
   * @throws IllegalStateException if it has been deleted meanwhile
   */
  SnapshotTransfer beginTransfer(
      TermIndex sent, Iterable<InstallSnapshotRequestProto> requests, StateMachineEvents events) {
    Snapshot snapshot = snapshot(sent);
    hold(snapshot.directory());
    return new SnapshotTransfer(
        snapshot, ownClusterId(), requests, events, () -> release(snapshot.directory()));
  }

  /** Whether a snapshot is being sent. */
  boolean isSending() {
    synchronized (held) {
      return !held.isEmpty();
    }
  }

  private void hold(Path snapshot) {
    synchronized (held) {
      if (!Files.isDirectory(snapshot)) {
        throw new IllegalStateException("newer snapshots have taken the place of " + snapshot);
      }
      held.merge(snapshot, 1, Integer::sum);
    }
  }

  private void release(Path snapshot) {
    synchronized (held) {
      held.computeIfPresent(snapshot, (path, times) -> times == 1 ? null : times - 1);
    }
  }

  private Snapshot snapshot(TermIndex last) {
    return new Snapshot(
        root().resolve(name(last.getTerm(), last.getIndex())),
        new Applied(last.getTerm(), last.getIndex()));
  }

  private static String name(long term, long index) {
    // Read again by NAME, so not in the digits of whatever language this machine speaks.
    return "snapshot." + term + "_" + index;
  }

  private static FileListSnapshotInfo info(Path snapshot) throws IOException {
    List<FileInfo> files =
        list(snapshot, name -> !name.endsWith(SnapshotManifest.DIGEST_OF_RATIS)).stream()
            .map(file -> new FileInfo(file.toAbsolutePath(), null))
            .toList();
    return new FileListSnapshotInfo(files, termIndex(snapshot));
  }

  private static TermIndex termIndex(Path snapshot) {
    Matcher matcher = NAME.matcher(snapshot.getFileName().toString());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not the name of a snapshot: " + snapshot);
    }
    return TermIndex.valueOf(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  /** All finished snapshots, oldest first. */
  private List<Path> snapshots() throws IOException {
    return list(root(), name -> NAME.matcher(name).matches()).stream()
        .sorted(Comparator.comparing(SnapshotDirectory::termIndex))
        .toList();
  }

  private static List<Path> list(Path directory, Predicate<String> names) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> names.test(file.getFileName().toString())).sorted().toList();
    }
  }

  @Override
  public void init(RaftStorage raftStorage) {
    // open() has done it
  }

  @Override
  public void format() {
    // Ratis never calls it for a state machine that keeps its own files
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latest;
  }

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    deleteOld();
  }

  /** Deletes all but the newest that are to be kept, and those that are being sent. */
  synchronized void deleteOld() throws IOException {
    if (beingReplaced) {
      return;
    }
    List<Path> snapshots = snapshots();
    for (Path old : snapshots.subList(0, Math.max(0, snapshots.size() - retained))) {
      // No part of a snapshot under its name, should the process die meanwhile.
      Path leaving = root().resolve(UNFINISHED + old.getFileName());
      synchronized (held) {
        if (held.containsKey(old)) {
          continue;
        }
        Files.move(old, leaving, StandardCopyOption.ATOMIC_MOVE);
      }
      Directories.delete(leaving);
    }
  }

  /**
   * Deletes what transfers to this node have left that broke off: Ratis begins each in a directory
   * of its own. The latest may still be under way.
   */
  void deleteBrokenOff() throws IOException {
    Path arriving = received;
    if (arriving == null || !Files.isDirectory(arriving)) {
      return;
    }
    List<Path> transfers = new ArrayList<>(list(arriving, name -> true));
    if (transfers.size() < 2) {
      return;
    }
    transfers.sort(Comparator.comparingLong(transfer -> transfer.toFile().lastModified()));
    for (Path brokenOff : transfers.subList(0, transfers.size() - 1)) {
      Directories.delete(brokenOff);
    }
  }
}
