package io.relaykv.server;

import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.Refusals;
import io.relaykv.server.api.ClientPort;
import io.relaykv.server.config.ConfigException;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.disk.DamagedDataException;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.server.disk.HighWaterMark;
import io.relaykv.server.disk.StartChecks;
import io.relaykv.server.http.HttpEndpoints;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.metrics.NodeMetrics;
import io.relaykv.server.raft.LeaderLease;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.server.raft.SnapshotTrigger;
import io.relaykv.server.status.NodeProbes;
import io.relaykv.server.status.NodeStatus;
import io.relaykv.server.tls.NodeTls;
import io.relaykv.statemachine.KvStateMachine;
import io.relaykv.statemachine.levels.NodeTooOldException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running node. Owns everything in it: starts state machine and Raft, then the client port,
 * then HTTP, and stops them the other way round.
 */
public final class KvNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KvNode.class);

  /** Together less than the 10 s that a stop may take. */
  private static final Duration HANDOVER = Duration.ofSeconds(4);

  private static final Duration STREAMS_END = Duration.ofMillis(500);

  /**
   * A disk that hangs may hold up one of them, and Ratis' lock, held meanwhile, another one; but
   * not the watchdog too.
   */
  private static final int TIMER_THREADS = 3;

  private final NodeConfig config;
  private final FatalHandler fatal;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final SnapshotTrigger snapshotTrigger;
  private final LeaderLease lease;
  private final MetricScope metrics;
  private final ReplicaCheckResults replicaCheckResults;

  private @Nullable NodeTls tls;
  private volatile @Nullable HighWaterMark highWaterMark;
  private @Nullable KvStateMachine stateMachine;
  private volatile @Nullable RaftNode raft;
  private volatile @Nullable ClientPort clientPort;
  private @Nullable HttpEndpoints http;
  private @Nullable AuditLog audit;
  private @Nullable DiskGuard disk;
  private volatile @Nullable MembershipWatch membership;

  private KvNode(NodeConfig config, FatalHandler fatal) {
    this.config = config;
    this.fatal = fatal;
    this.lease =
        new LeaderLease(config.nodeId(), config.readMode(), config.raft().electionTimeoutMin());
    this.snapshotTrigger =
        new SnapshotTrigger(
            config.snapshot().triggerEntries(), config.snapshot().triggerLogBytes(), new Random());
    this.metrics = new MetricScope(NodeMetrics.registry(), config.nodeId());
    this.replicaCheckResults = new ReplicaCheckResults(config.nodeId(), NodeMetrics.registry());
    this.timer =
        new ScheduledThreadPoolExecutor(
            TIMER_THREADS,
            task -> {
              Thread thread = new Thread(task, config.nodeId() + "-timer");
              thread.setDaemon(true);
              return thread;
            },
            // Ratis may still report something while the node stops.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /**
   * Starts a node; returns when its ports are open, which is before there need be a leader.
   *
   * @throws ConfigException if its certificates cannot be used
   * @throws StartRefusedException if its data is missing or another node's
   * @throws DamagedDataException if its data is damaged
   * @throws IOException if a port is taken, or the disk fails or is full
   */
  public static KvNode start(NodeConfig config, FatalHandler fatal) throws IOException {
    return start(config, fatal, NodeSeams.NONE);
  }

  /** The same with faults put in; for tests. */
  public static KvNode start(NodeConfig config, FatalHandler fatal, NodeSeams seams)
      throws IOException {
    KvNode node = new KvNode(config, fatal);
    try {
      node.startAll(seams);
      return node;
    } catch (IOException | RuntimeException e) {
      node.closeWithoutHandover();
      throw e;
    }
  }

  private void startAll(NodeSeams seams) throws IOException {
    NodeTls loadedTls = NodeTls.load(config);
    tls = loadedTls;
    Ports.requireFree("listen.client", config.listen().client());
    Ports.requireFree("listen.peer", config.listen().peer());
    Ports.requireFree("listen.http", config.listen().http());
    NodeDirectory directory = NodeDirectory.open(config);
    directory.requireFreeBytes(config.disk().freeMinBytes());
    DiskGuard guard =
        DiskGuard.of(config.nodeId(), config.dataDir(), config.disk(), NodeMetrics.registry());
    disk = guard;
    MembershipWatch watch = new MembershipWatch(config, directory, fatal, timer);
    membership = watch;
    Instant startedAt = Instant.now();
    AuditLog openAudit = AuditLog.open(directory.auditLog(), config.nodeId(), Clock.systemUTC());
    audit = openAudit;
    HighWaterMark mark =
        StartChecks.run(directory.files(), directory.wasStarted(), RaftNode.MAX_LOG_ENTRY_BYTES);
    highWaterMark = mark;
    KvStateMachine made =
        new KvStateMachine(
            directory.database(),
            config.snapshot().retained(),
            new StateMachineReports(this, metrics));
    stateMachine = made;
    RaftNode startedRaft =
        RaftNode.start(
            config,
            directory.raft(),
            made,
            lease,
            loadedTls.peers(),
            watch.isMember(),
            watch.gate(),
            metrics,
            seams.raft());
    raft = startedRaft;
    directory.markStarted();
    loadedTls.start();
    NodeStatus status =
        new NodeStatus(config, startedRaft, made, guard, startedAt, Version.CURRENT);
    clientPort =
        ClientPort.open(
            config,
            loadedTls::protect,
            startedRaft,
            made,
            guard,
            new Refusals(config.access().refusalsPerMinute(), openAudit, metrics),
            openAudit,
            status::gather,
            this::fatal,
            metrics,
            seams.clientPort());
    NodeProbes probes = new NodeProbes(config, startedRaft, status);
    http = probes.serve();
    NodeGauges.register(metrics, startedRaft, made, loadedTls, startedAt);
    FollowerGauges followers = new FollowerGauges(metrics, startedRaft);
    ReplicaCheckRounds replicaChecks =
        new ReplicaCheckRounds(
            config.nodeId(),
            config.verifyInterval(),
            Clock.systemUTC(),
            made.check(),
            made::lastCheckMs,
            startedRaft.info()::isLeaderReady,
            startedRaft::propose);
    Watchdog watchdog =
        new Watchdog(new NodeVitals(startedRaft, made), this::fatal, System::nanoTime);
    every(Watchdog.LOOK_MS, watchdog::tick);
    every(LeaderLease.TICK_MS, lease::tick);
    every(
        LeaderLease.TICK_MS,
        () -> raise(mark, startedRaft, made),
        () -> lookAfterSnapshots(startedRaft, made),
        replicaChecks::tick,
        () -> watch.tick(startedRaft));
    every(DiskGuard.LOOK_MS, () -> lookAtDisk(guard, status, startedRaft));
    every(NodeProbes.BARRIER_MS, probes::askForBarrier);
    every(FollowerGauges.LOOK_MS, followers::look, startedRaft::rehearseElection);
    every(NodeProbes.SAMPLE_MS, probes::takeSample);
    lookAtElection(startedRaft);
    if (config.access().adminKeySha256().isEmpty()) {
      log.warn(
          "security.admin-key-sha256 is empty: nobody can administer this node (kv-server keygen makes an admin key)");
    }
    log.info(
        "Node {} of cluster {} serves clients at {}, peers at {}, HTTP at {}",
        config.nodeId(),
        config.cluster().name(),
        config.listen().client(),
        config.listen().peer(),
        config.listen().http());
    watch.started();
  }

  /**
   * Has the work done again and again, all of it on one thread: to wake one for each costs an idle
   * node more than the work.
   */
  private void every(long periodMs, Runnable... works) {
    List<PeriodicWork> all =
        Arrays.stream(works).map(work -> new PeriodicWork(work, this::fatal)).toList();
    var unused =
        timer.scheduleWithFixedDelay(
            () -> all.forEach(PeriodicWork::run), periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  private void lookAtElection(RaftNode running) {
    long againMs = LeaderLease.TICK_MS;
    try {
      againMs = running.standIfDue();
    } finally {
      var unused =
          timer.schedule(
              new PeriodicWork(() -> lookAtElection(running), this::fatal),
              againMs,
              TimeUnit.MILLISECONDS);
    }
  }

  private void lookAfterSnapshots(RaftNode running, KvStateMachine made) {
    if (snapshotTrigger.isDue(made.isSendingSnapshot()) && !stopping.get()) {
      running.requestSnapshot();
    }
    made.deleteBrokenOffTransfers();
  }

  private static void raise(HighWaterMark mark, RaftNode running, KvStateMachine made) {
    long committed = running.durablyCommittedIndex();
    // Asked afterwards: an installed snapshot counts as committed before its name is on disk.
    if (!made.isBeingReplaced()) {
      mark.raise(committed);
    }
  }

  /** In one turn: a disk that hangs then holds up one thread of the timer. */
  private void lookAtDisk(DiskGuard guard, NodeStatus status, RaftNode running) {
    guard.look();
    status.tick();
    if (guard.wantsSnapshot() && !stopping.get()) {
      running.requestSnapshot();
    }
  }

  /** Tells the clients; the state machine has just learned of it. */
  void leaderChanged() {
    // Off Ratis' thread: it holds Ratis' lock.
    timer.execute(
        () -> {
          ClientPort open = clientPort;
          if (open != null) {
            open.leaderChanged();
          }
        });
  }

  /** Ratis has stopped by itself: no membership has this node. */
  void leftOut() {
    MembershipWatch watch = membership;
    RaftNode running = raft;
    if (watch != null && running != null && !stopping.get()) {
      watch.leftOut(running);
    }
  }

  /** The Raft term that this node is in; 0 while it starts. */
  long term() {
    RaftNode running = raft;
    return running == null ? 0 : running.info().getCurrentTerm();
  }

  /** Ratis on this node, if it has been started. */
  @Nullable RaftNode raft() {
    return raft;
  }

  LeaderLease lease() {
    return lease;
  }

  /** The state machine has applied an entry, which was committed and in this node's log. */
  void entryApplied(long index, int logBytes) {
    snapshotTrigger.entryApplied(logBytes);
    HighWaterMark mark = highWaterMark;
    if (mark != null) {
      mark.raise(index);
    }
  }

  /** A snapshot has been taken, or installed: the next is due so much later. */
  void snapshotTaken() {
    snapshotTrigger.snapshotTaken();
  }

  ReplicaCheckResults replicaCheckResults() {
    return replicaCheckResults;
  }

  void fatal(String what, Throwable cause) {
    MembershipWatch watch = membership;
    if (stopping.get()) {
      return;
    }
    if (cause instanceof NodeTooOldException tooOld && watch != null) {
      watch.leftBehind(tooOld);
    } else {
      fatal.fatal(what, cause);
    }
  }

  /** The node's name. */
  public String id() {
    return config.nodeId();
  }

  /** Hands the leadership over if this node has it, then stops everything. Takes 10 s at most. */
  @Override
  public void close() {
    if (stopping.compareAndSet(false, true)) {
      RaftNode running = raft;
      if (running != null && running.info().isLeader()) {
        Optional<String> successor = running.handLeadershipOver(HANDOVER);
        log.info(
            "Leadership handed over: {}", successor.map(id -> "to " + id).orElse("nobody took it"));
      }
      stopAll();
      log.info("Node {} has stopped", config.nodeId());
    }
  }

  /** Stops everything at once and leaves it to the others to find a new leader; for tests. */
  public void closeWithoutHandover() {
    if (stopping.compareAndSet(false, true)) {
      stopAll();
    }
  }

  private void stopAll() {
    HttpEndpoints openHttp = http;
    if (openHttp != null) {
      openHttp.close();
    }
    ClientPort openPort = clientPort;
    if (openPort != null) {
      openPort.close(STREAMS_END);
    }
    RaftNode running = raft;
    if (running != null) {
      running.close();
    }
    // Ratis closes it too, unless its own start has failed.
    KvStateMachine made = stateMachine;
    if (made != null) {
      made.close();
    }
    replicaCheckResults.close();
    metrics.close();
    AuditLog openAudit = audit;
    if (openAudit != null) {
      openAudit.close();
    }
    DiskGuard guard = disk;
    if (guard != null) {
      guard.close();
    }
    NodeTls loadedTls = tls;
    if (loadedTls != null) {
      loadedTls.close();
    }
    timer.shutdownNow();
  }
}
