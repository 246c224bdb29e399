package io.relaykv.statemachine;

import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.statemachine.store.CrashedCopy;
import io.relaykv.statemachine.store.StoreContents;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.storage.FileChunkReader;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.SnapshotManager;
import org.apache.ratis.server.storage.StorageImplUtils;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.SizeInBytes;

/**
 * A state machine, driven over Ratis' own storage as Ratis drives it ({@code StateMachineUpdater},
 * {@code SnapshotInstallationHandler}), but by one thread and from a log in memory.
 */
final class TestNode implements AutoCloseable {
  static final int SNAPSHOTS_RETAINED = 3;

  private static final RaftPeerId ID = RaftPeerId.valueOf("n1");
  private static final RaftGroupId GROUP = RaftGroupId.randomId();
  static final String CLUSTER_ID = GROUP.getUuid().toString();

  private static final ClientId CLIENT = ClientId.randomId();

  private final List<LogEntryProto> log;
  final RecordedEvents events = new RecordedEvents();

  private Path directory;
  private RaftStorage storage;
  private KvStateMachine machine;

  /** Ratis' own count, which begins at the snapshot. */
  private long appliedByRatis;

  private TestNode(Path directory, List<LogEntryProto> log) {
    this.directory = directory;
    this.log = log;
  }

  /** Starts a node that applies the entries of {@code log}, which may grow. */
  static TestNode start(Path directory, List<LogEntryProto> log) throws IOException {
    TestNode node = new TestNode(directory, log);
    node.start();
    return node;
  }

  private void start() throws IOException {
    storage =
        StorageImplUtils.newRaftStorage(
            directory.resolve("raft").toFile(),
            SizeInBytes.ZERO,
            RaftStorage.StartupOption.RECOVER,
            CorruptionPolicy.EXCEPTION);
    storage.initialize();
    machine = new KvStateMachine(database(), SNAPSHOTS_RETAINED, events);
    try {
      machine.initialize(server(), GROUP, storage);
    } catch (IOException | RuntimeException e) {
      storage.close();
      throw e;
    }
    SnapshotInfo latest = machine.getLatestSnapshot();
    appliedByRatis = latest == null ? -1 : latest.getIndex();
  }

  private static RaftServer server() {
    return (RaftServer)
        Proxy.newProxyInstance(
            TestNode.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getId")) {
                return ID;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  KvStateMachine machine() {
    return machine;
  }

  Path directory() {
    return directory;
  }

  Path database() {
    return directory.resolve("db");
  }

  Path snapshots() {
    return directory.resolve("raft/sm");
  }

  long appliedByRatis() {
    return appliedByRatis;
  }

  SortedMap<String, String> contents() {
    return machine.live().with(StoreContents::of);
  }

  /** Applies what the log has and Ratis has not applied yet. */
  void catchUp() {
    while (appliedByRatis + 1 < log.size()) {
      LogEntryProto next = log.get((int) appliedByRatis + 1);
      if (next.hasStateMachineLogEntry()) {
        apply(machine.startTransaction(next, RaftPeerRole.FOLLOWER));
      } else {
        machine.notifyTermIndexUpdated(next.getTerm(), next.getIndex());
      }
      appliedByRatis++;
    }
  }

  /** Appends a client's command to the log and applies it, as the leader. */
  CommandResult lead(Command command) throws InvalidProtocolBufferException {
    TransactionContext transaction =
        machine.startTransaction(
            RaftClientRequest.newBuilder()
                .setClientId(CLIENT)
                .setServerId(ID)
                .setGroupId(GROUP)
                .setCallId(log.size())
                .setMessage(Message.valueOf(ByteString.copyFrom(command.toByteArray())))
                .setType(RaftClientRequest.writeRequestType())
                .build());
    log.add(transaction.initLogEntry(term(log), log.size()));
    Message reply = apply(transaction);
    appliedByRatis++;
    return CommandResult.parseFrom(reply.getContent().asReadOnlyByteBuffer());
  }

  Message apply(TransactionContext transaction) {
    return machine.applyTransaction(transaction).join();
  }

  long takeSnapshot() throws IOException {
    long index = machine.takeSnapshot();
    machine.getStateMachineStorage().cleanupOldSnapshots(null);
    return index;
  }

  void stop() throws IOException {
    machine.close();
    storage.close();
  }

  void restart() throws IOException {
    stop();
    start();
  }

  /** Dies, and starts from what is on disk. */
  void crash() throws IOException {
    crashTo(directory.resolveSibling(directory.getFileName() + "x"));
    start();
  }

  /** Dies, and leaves what is on disk in {@code left}, without starting. */
  void crashTo(Path left) throws IOException {
    CrashedCopy.of(directory, left);
    stop();
    directory = left;
  }

  /** Starts after {@link #crashTo}. */
  void startAgain() throws IOException {
    start();
  }

  /** Gets the newest snapshot of {@code leader} and goes on from there. */
  void install(TestNode leader) throws IOException {
    installUpToReload(leader);
    reload();
  }

  /** All that Ratis does on its network thread. */
  void installUpToReload(TestNode leader) throws IOException {
    SnapshotManager receiver = receiver();
    InstallSnapshotRequestProto request = snapshotOf(leader);
    receiver.appendSnapshot(request, machine);
    machine.pause();
    receiver.finalizeSnapshot(request);
  }

  /** Gets the newest snapshot of {@code leader}, but does not put it in the place of its own. */
  void receive(TestNode leader) throws IOException {
    receiver().appendSnapshot(snapshotOf(leader), machine);
  }

  private SnapshotManager receiver() {
    return StorageImplUtils.newSnapshotManager(
        ID, storage::getStorageDir, machine.getStateMachineStorage());
  }

  /** What Ratis then does on the thread that applies. */
  void reload() throws IOException {
    machine.reinitialize();
    appliedByRatis = machine.getLatestSnapshot().getIndex();
  }

  private static InstallSnapshotRequestProto snapshotOf(TestNode leader) throws IOException {
    SnapshotInfo snapshot = leader.machine.getLatestSnapshot();
    Path root = leader.storage.getStorageDir().getRoot().toPath().toAbsolutePath();
    SnapshotChunkProto.Builder chunk =
        SnapshotChunkProto.newBuilder()
            .setRequestId("request-" + snapshot.getIndex())
            .setTermIndex(snapshot.getTermIndex().toProto())
            .setDone(true);
    for (FileInfo file : snapshot.getFiles()) {
      try (FileChunkReader reader =
          FileChunkReader.newInstance(file, root.relativize(file.getPath()))) {
        chunk.addFileChunks(reader.readFileChunk(1 << 24));
      }
    }
    return InstallSnapshotRequestProto.newBuilder().setSnapshotChunk(chunk).build();
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  /** The entry that makes a command the next one in {@code log}. */
  static LogEntryProto entry(List<LogEntryProto> log, Command command) {
    return entry(log, ByteString.copyFrom(command.toByteArray()));
  }

  static LogEntryProto entry(List<LogEntryProto> log, ByteString logData) {
    return LogEntryProto.newBuilder()
        .setTerm(term(log))
        .setIndex(log.size())
        .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(logData))
        .build();
  }

  /** An entry of Ratis' own. */
  static LogEntryProto configuration(List<LogEntryProto> log) {
    return LogEntryProto.newBuilder()
        .setTerm(term(log))
        .setIndex(log.size())
        .setConfigurationEntry(RaftConfigurationProto.getDefaultInstance())
        .build();
  }

  private static long term(List<LogEntryProto> log) {
    return 1L + log.size() / 100;
  }

  /** Remembers what the state machine tells its node. */
  static final class RecordedEvents implements StateMachineEvents {
    final List<String> told = new ArrayList<>();
    final List<String> failures = new CopyOnWriteArrayList<>();
    final List<CheckComparison> comparisons = new CopyOnWriteArrayList<>();

    @Override
    public void leaderChanged(String leaderId) {
      told.add("leader " + leaderId);
    }

    @Override
    public void leaderReady() {
      told.add("leads");
    }

    @Override
    public void entryApplied(long index, int logBytes) {
      told.add("applied %d: %d".formatted(index, logBytes));
    }

    @Override
    public void featureLevelRaised(int level) {
      told.add("feature level " + level);
    }

    @Override
    public void snapshotTaken(long index) {
      told.add("snapshot " + index);
    }

    @Override
    public void snapshotInstalled(long index) {
      told.add("installed snapshot " + index);
    }

    @Override
    public void replicaCompared(CheckComparison comparison) {
      comparisons.add(comparison);
    }

    @Override
    public void leftOut() {
      told.add("left out");
    }

    @Override
    public void failed(String what, Throwable cause) {
      failures.add(what);
    }
  }
}
