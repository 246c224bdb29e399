package io.relaykv.statemachine;

import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreCheck;
import io.relaykv.statemachine.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The adapter between Ratis and the store: hands committed entries to {@link CommandApplier}, and
 * makes, loads and replaces the store when Ratis asks for it.
 *
 * <p>Ratis replays the log from behind {@link #getLatestSnapshot}, whatever the database holds. At
 * a start the newest snapshot is therefore brought level with the database: loaded if it is ahead,
 * made if it is behind (Ratis' {@code ServerState}; docs/adr/0003).
 *
 * <p>A refused command is a result. An exception here means that this replica can no longer be
 * trusted: it goes to {@link StateMachineEvents#failed}, which halts the process.
 */
public final class KvStateMachine extends BaseStateMachine {
  /**
   * What a new file of the log counts for, however little is in it: without writes, too, there
   * comes a snapshot, and the files before it are deleted.
   */
  private static final int NEW_LOG_FILE_BYTES = 1 << 20;

  /** Between two pieces of the content, each hashed in a quarter of it or so. */
  private static final long CHECK_PAUSE_NANOS = 4_000_000;

  private final Path databaseDirectory;
  private final StateMachineEvents events;
  private final SnapshotDirectory snapshots;
  private final LogTruncations truncations = new LogTruncations();
  private final LiveStore live = new LiveStore();
  private final ReplicaCheck check;

  /** Used by the applying thread alone, once initialized; none when the store is closed. */
  private volatile @Nullable CommandApplier applier;

  private volatile @Nullable AccessTable access;
  private volatile @Nullable FormerMembers formerMembers;

  /** Whose log is applied; set before anything is opened. */
  private String clusterId = "";

  /** Where Ratis keeps the members; set before anything is applied. */
  private Path membersFile = Path.of("raft-meta.conf");

  private volatile boolean takingSnapshot;

  /**
   * @param databaseDirectory of the live database; on the same file system as Ratis' storage
   * @param snapshotsRetained how many snapshots to keep, at least 2
   */
  public KvStateMachine(Path databaseDirectory, int snapshotsRetained, StateMachineEvents events) {
    this.databaseDirectory = databaseDirectory;
    this.snapshots = new SnapshotDirectory(snapshotsRetained);
    this.events = events;
    this.check =
        new ReplicaCheck(
            live, events, this::newCheckThread, () -> LockSupport.parkNanos(CHECK_PAUSE_NANOS));
  }

  private Thread newCheckThread(Runnable task) {
    Thread thread = new Thread(task, getId() + "-replica-check");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * The applied state, to read from. What it shows may be old unless the reader has checked who
   * leads.
   */
  public LiveStore live() {
    return live;
  }

  /**
   * The accounts and API keys as applied; as old as {@link #live} may be. To be asked for anew each
   * time: a snapshot from the leader brings another table.
   *
   * @throws StoreUnavailableException if no store is open
   */
  public AccessTable access() {
    AccessTable open = access;
    if (open == null) {
      throw new StoreUnavailableException();
    }
    return open;
  }

  /** Which entries of the log are not on the disk although Ratis says so. */
  public LogTruncations truncations() {
    return truncations;
  }

  @Override
  public DataApi data() {
    return truncations;
  }

  /** This node's part in replica checks. */
  public ReplicaCheck check() {
    return check;
  }

  /**
   * When the leader proposed the last replica check, as applied, or the cluster's first entry if
   * there has been none; milliseconds since 1970-01-01 UTC by its clock. Empty if nothing has been
   * applied.
   */
  public OptionalLong lastCheckMs() {
    CommandApplier open = applier;
    return open == null ? OptionalLong.empty() : open.lastCheckMs();
  }

  /** Whether a backup is being restored, as applied: until that is finished, nobody is served. */
  public boolean isRestoring() {
    CommandApplier open = applier;
    return open != null && open.isRestoring();
  }

  /** The feature level that the cluster has reached, as applied. */
  public int featureLevel() {
    CommandApplier open = applier;
    return open == null ? FeatureLevels.FIRST : open.featureLevel();
  }

  /**
   * Looks at an entry of another node's log before it is in this one's. A node that could not go on
   * behind it goes to {@link StateMachineEvents#failed}: what it has not got, nobody relies on.
   *
   * @return whether this version can read what comes behind it
   */
  public boolean canRead(LogEntryProto entry) {
    try {
      FeatureLevels.requireReadable(entry);
      return true;
    } catch (NodeTooOldException e) {
      events.failed("cannot take log entry " + entry.getIndex(), e);
      return false;
    }
  }

  /** Whether a member of that name has been removed, as applied; also known after the end. */
  public boolean isFormerMember(String nodeId) {
    FormerMembers open = formerMembers;
    return open != null && open.contains(nodeId);
  }

  /** The log index of the newest snapshot; -1 if there is none. */
  public long snapshotIndex() {
    return snapshots.newest().map(snapshot -> snapshot.applied().index()).orElse(-1L);
  }

  /** Whether applying waits, for as long as the disk takes, as a snapshot is made or installed. */
  public boolean waitsForSnapshot() {
    return takingSnapshot || isBeingReplaced();
  }

  /** Whether a snapshot from the leader takes the place of this state, perhaps not on disk yet. */
  public boolean isBeingReplaced() {
    return getLifeCycleState() != LifeCycle.State.RUNNING;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              super.initialize(server, groupId, storage);
              clusterId = groupId.getUuid().toString();
              membersFile =
                  storage.getStorageDir().getCurrentDir().toPath().resolve("raft-meta.conf");
              snapshots.open(storage.getStorageDir(), groupId.getUuid());
              Directories.deleteLeftovers(databaseDirectory);
              live.replace(this::openLevelWithSnapshot);
            },
            IOException.class);
  }

  private KvStore openLevelWithSnapshot() throws IOException {
    Optional<Snapshot> newest = snapshots.newest();
    if (newest.isPresent()) {
      // Also if it is not loaded: it would be sent to others, and its tables are the database's.
      snapshots.verify(newest.get());
    }
    long snapshotIndex = snapshotIndex();
    KvStore store = openDatabase();
    if (newest.isPresent() && snapshotIndex > store.applied().index()) {
      store.close();
      store = restore(newest.get());
    }
    KvStore opened = store;
    try {
      if (snapshotIndex < opened.applied().index()) {
        Applied applied = opened.applied();
        snapshots.publish(applied, directory -> opened.checkpoint(applied, directory));
      }
      snapshots.deleteOld();
      serve(opened);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Replaces the database by the copy of a snapshot that has been verified, and opens it. */
  private KvStore restore(Snapshot snapshot) throws IOException {
    Directories.cloneCheckpoint(snapshot.directory(), databaseDirectory);
    return openDatabase();
  }

  private KvStore openDatabase() {
    StoreCheck.requireReadable(databaseDirectory);
    KvStore store = KvStore.open(databaseDirectory);
    try {
      store.claim(clusterId);
      return store;
    } catch (StoreException e) {
      store.close();
      throw e;
    }
  }

  private void serve(KvStore store) {
    Applied applied = store.applied();
    AccessTable table = AccessTable.load(store);
    FormerMembers members = FormerMembers.load(store);
    applier = new CommandApplier(store, table, members);
    access = table;
    check.storeOpened();
    formerMembers = members;
    setLastAppliedTermIndex(TermIndex.valueOf(applied.term(), applied.index()));
  }

  @Override
  public TransactionContext startTransaction(LogEntryProto entry, RaftPeerRole role) {
    return TransactionContext.newBuilder()
        .setStateMachine(this)
        .setLogEntry(entry)
        .setServerRole(role)
        .build();
  }

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    return TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request).build();
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    if (entry.getIndex() <= getLastAppliedTermIndex().getIndex()) {
      return CompletableFuture.completedFuture(Message.EMPTY);
    }
    try {
      requireNext(entry.getIndex());
      ByteString logData = entry.getStateMachineLogEntry().getLogData();
      Command command = decode(logData);
      int level = featureLevel();
      CommandResult result =
          openApplier().apply(command, new Applied(entry.getTerm(), entry.getIndex()));
      if (featureLevel() > level) {
        events.featureLevelRaised(featureLevel());
      }
      check.applied(command, entry.getIndex());
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      events.entryApplied(entry.getIndex(), logData.size());
      return CompletableFuture.completedFuture(
          transaction.getClientRequest() == null ? Message.EMPTY : message(result));
    } catch (RuntimeException | Error e) {
      events.failed("cannot apply log entry " + entry.getIndex(), e);
      // Not a failed future: Ratis would log it and apply the next entry, as if this one had been.
      throw e;
    }
  }

  /** To leave entries out is the one mistake after which the replicas differ without a word. */
  private void requireNext(long index) {
    long applied = getLastAppliedTermIndex().getIndex();
    if (index != applied + 1) {
      throw new IllegalStateException(
          "the log goes on with entry %d, but entries are applied up to %d only"
              .formatted(index, applied));
    }
  }

  private static Command decode(ByteString logData) {
    try {
      return Command.parseFrom(logData.asReadOnlyByteBuffer());
    } catch (InvalidProtocolBufferException e) {
      throw new UnknownCommandException("the entry is not a command", e);
    }
  }

  private static Message message(CommandResult result) {
    return Message.valueOf(UnsafeByteOperations.unsafeWrap(result.toByteArray()));
  }

  private CommandApplier openApplier() {
    CommandApplier open = applier;
    if (open == null) {
      throw new IllegalStateException("the state machine is not initialized");
    }
    return open;
  }

  @Override
  public long takeSnapshot() throws IOException {
    TermIndex last = getLastAppliedTermIndex();
    if (last.getIndex() < 0) {
      return -1;
    }
    Applied applied = new Applied(last.getTerm(), last.getIndex());
    boolean taken;
    takingSnapshot = true;
    try {
      taken = live.with(store -> publishUnchecked(store, applied));
    } catch (UncheckedIOException | StoreException e) {
      // Without snapshots the log grows for ever, and RocksDB takes no more writes after a failed
      // flush.
      events.failed("cannot take a snapshot", e);
      throw new IOException(e);
    } finally {
      takingSnapshot = false;
    }
    if (!taken) {
      return -1;
    }
    events.snapshotTaken(applied.index());
    return applied.index();
  }

  private boolean publishUnchecked(KvStore store, Applied applied) {
    try {
      return snapshots.publish(applied, directory -> store.checkpoint(applied, directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Called under Ratis' server lock before an installed snapshot takes the place of the old ones.
   * The applying thread may still be at work: the store stays open until {@link #reinitialize},
   * which runs on that thread.
   */
  @Override
  public void pause() {
    if (getLifeCycleState() == LifeCycle.State.RUNNING) {
      try {
        snapshots.beginReplacement();
      } catch (IOException e) {
        events.failed("cannot write the snapshot received from the leader to disk", e);
        throw new UncheckedIOException(e);
      }
      getLifeCycle().transition(LifeCycle.State.PAUSING);
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  /**
   * Goes on from the snapshot that Ratis has installed. The old database is gone before it serves.
   */
  @Override
  public void reinitialize() throws IOException {
    try {
      snapshots.rescan();
      Snapshot installed =
          snapshots
              .newest()
              .orElseThrow(() -> new IOException("no snapshot found after an installation"));
      snapshots.verify(installed);
      truncations.forget();
      live.replace(() -> openInstalled(installed));
      events.snapshotInstalled(installed.applied().index());
    } catch (IOException | RuntimeException e) {
      events.failed("cannot load the snapshot installed from the leader", e);
      throw e;
    }
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
  }

  private KvStore openInstalled(Snapshot installed) throws IOException {
    KvStore store = restore(installed);
    try {
      serve(store);
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Begins to send a snapshot to a follower. One that turns out to be damaged goes to {@link
   * StateMachineEvents#failed}, and is not sent to the end.
   *
   * @param requests what Ratis would send
   * @throws IllegalStateException if it has been deleted meanwhile
   */
  public SnapshotTransfer beginTransfer(
      SnapshotInfo snapshot, Iterable<InstallSnapshotRequestProto> requests) {
    return snapshots.beginTransfer(snapshot.getTermIndex(), requests, events);
  }

  /** Whether a snapshot is on its way to a follower, until its transfer is closed. */
  public boolean isSendingSnapshot() {
    return snapshots.isSending();
  }

  /** Deletes what transfers of snapshots to this node have left that broke off. Cheap. */
  public void deleteBrokenOffTransfers() {
    try {
      snapshots.deleteBrokenOff();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return snapshots;
  }

  @Override
  public void close() {
    applier = null;
    access = null;
    check.close();
    live.close();
  }

  /**
   * Entries without a command: they move the applied index, in memory only until the next command.
   * They come with elections, and Ratis begins a new file of its log with each term.
   */
  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    if (index > getLastAppliedTermIndex().getIndex()) {
      try {
        requireNext(index);
      } catch (IllegalStateException e) {
        events.failed("cannot apply log entry " + index, e);
        throw e;
      }
      updateLastAppliedTermIndex(term, index);
      events.entryApplied(index, NEW_LOG_FILE_BYTES);
    }
  }

  /**
   * Called when Ratis has written the members down, or has failed to: it says so in its log, leaves
   * the file empty, and goes on, until log and members are purged together.
   */
  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    try {
      if (Files.size(membersFile) == 0) {
        throw new IOException(membersFile + " is empty");
      }
    } catch (IOException e) {
      events.failed("the members of the cluster could not be written to disk", e);
    }
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, @Nullable RaftPeerId leader) {
    events.leaderChanged(leader == null ? "" : leader.toString());
  }

  @Override
  public void notifyLeaderReady() {
    events.leaderReady();
  }

  /** Ratis has ended the division; {@code allServer} if we have asked it to. */
  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
    if (!allServer) {
      events.leftOut();
    }
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    events.failed("the Raft log on disk has failed", cause);
  }

  /** Reads do not go through Ratis (docs/adr/0002); whoever sends one there gets nothing. */
  @Override
  public CompletableFuture<Message> query(Message request) {
    return CompletableFuture.failedFuture(new UnsupportedOperationException("not served here"));
  }

  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return query(request);
  }
}
