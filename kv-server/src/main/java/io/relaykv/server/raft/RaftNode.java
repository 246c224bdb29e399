package io.relaykv.server.raft;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.metrics.Sizes;
import io.relaykv.server.tls.PeerCredentials;
import io.relaykv.statemachine.KvStateMachine;
import io.relaykv.statemachine.LogTruncations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.ratis.grpc.server.PeerConnections;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.impl.FollowerAccess;
import org.apache.ratis.server.impl.TransferAccess;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ratis' server on this node, and everything that the rest of the node wants of it. Thread-safe
 * once {@link #start} has returned.
 */
public final class RaftNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RaftNode.class);

  /** The largest entry in the log. */
  public static final int MAX_LOG_ENTRY_BYTES = RatisProperties.ENTRY_MAX.getSizeInt();

  private static final Duration SNAPSHOT_TIMEOUT = Duration.ofMinutes(5);

  /** For one heartbeat to each follower that can be reached. */
  private static final Duration RELEASE_TIMEOUT = Duration.ofMillis(500);

  private static final long CLOSING_LOOK_MS = 10;

  private static final long CONNECTIONS_END_MS = 1000;

  private final RaftGroupId groupId;
  private final RaftServer server;
  private final RaftServer.Division division;
  private final LeaderLease lease;
  private final Supplier<CompletableFuture<Void>> barrier;
  private final CommandLog commands;
  private final WriteBatcher writes;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong callId = new AtomicLong();
  private final AtomicBoolean snapshotUnderWay = new AtomicBoolean();
  private final Membership membership;
  private final Predicate<String> former;
  private final @Nullable Newcomer newcomer;
  private final ElectionTimer elections;
  private final LogTruncations truncations;
  private final Canvass canvass;
  private final ElectionRehearsal rehearsal;
  private final NodeCards cards;

  private RaftNode(
      RatisServer ratis,
      LeaderLease lease,
      NodeConfig config,
      KvStateMachine stateMachine,
      MetricScope metrics,
      RaftSeams seams) {
    this.groupId = ratis.groupId();
    this.server = ratis.server();
    this.division = ratis.division();
    this.newcomer = ratis.newcomer();
    this.cards = ratis.cards();
    this.lease = lease;
    lease.attach(division);
    this.barrier = seams.barrier().apply(division, lease);
    this.commands = new RatisLog(division, lease, stateMachine::featureLevel);
    Sizes entryWrites = metrics.sizes("relaykv_log_entry_writes", config.limits().batchOps());
    this.writes =
        new WriteBatcher(commands, Clock.systemUTC(), limits(config), entryWrites::update);
    this.former = stateMachine::isFormerMember;
    this.truncations = stateMachine.truncations();
    this.elections =
        new ElectionTimer(
            division,
            new StandingFollower(),
            config.raft().electionTimeoutMin(),
            config.raft().electionTimeoutMax(),
            new Random(),
            RaftNode::steadyMs);
    this.canvass =
        new Canvass(
            division.getId(),
            division::getRaftConf,
            () -> FollowerAccess.lastEntry(division),
            new Others(),
            task -> daemon("canvass", task).start(),
            RaftNode::steadyMs);
    this.rehearsal =
        new ElectionRehearsal(
            this::votersUnderALeader,
            new Others()::lastEntryOf,
            task -> daemon("rehearsal", task).start(),
            RaftNode::steadyMs);
    this.membership =
        new Membership(
            this,
            config.nodeId(),
            former,
            stateMachine::featureLevel,
            config.security()::mayCallPeer,
            config.raft().electionTimeoutMax());
  }

  private static long steadyMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, division.getId() + "-" + name);
    thread.setDaemon(true);
    return thread;
  }

  private static WriteBatcher.Limits limits(NodeConfig config) {
    return new WriteBatcher.Limits(
        config.limits().batchOps(),
        (int) config.limits().batchBytes(),
        config.limits().pendingOps(),
        config.limits().pendingBytes(),
        config.limits().accountPendingOps(),
        config.limits().accountPendingBytes());
  }

  /**
   * Starts Ratis with its storage in {@code storage}; an empty one is made if it is missing.
   *
   * @param credentials for TLS between the nodes; plain text if empty
   * @param isMember whether the node has been a member: one that has not, begins with nobody, and
   *     waits until it is added
   * @param gate stands before a node that has not been welcomed yet
   * @param metrics what is counted goes there
   * @param seams {@link RaftSeams#NONE} but for tests
   * @throws DamagedLogException if the storage is damaged
   * @throws IOException if the storage or the peer port cannot be had
   */
  public static RaftNode start(
      NodeConfig config,
      Path storage,
      KvStateMachine stateMachine,
      LeaderLease lease,
      Optional<PeerCredentials> credentials,
      boolean isMember,
      Optional<JoinGate> gate,
      MetricScope metrics,
      RaftSeams seams)
      throws IOException {
    RatisServer ratis =
        RatisServer.start(config, storage, stateMachine, lease, credentials, isMember, gate, seams);
    RaftNode node = new RaftNode(ratis, lease, config, stateMachine, metrics, seams);
    ratis.rivals().attach(node.elections::outranks);
    return node;
  }

  /**
   * The gate in front of reads: completes as {@link LeaderLease#barrier}, after which the applied
   * state may be read.
   */
  public CompletableFuture<Void> barrier() {
    return barrier.get();
  }

  /** Whether this node leads as far as it knows itself, and serves. */
  public boolean leadsAsFarAsKnown() {
    return lease.leadsAsFarAsKnown();
  }

  /** Whether it leads and serves reads without asking the others. */
  public boolean holdsLease() {
    return lease.isHeld();
  }

  static RaftPeer peer(Member member) {
    return RaftPeer.newBuilder()
        .setId(member.nodeId())
        .setAddress(member.peerAddress())
        .setClientAddress(member.clientAddress())
        .build();
  }

  /** The way of writes into the log. */
  public WriteBatcher writes() {
    return writes;
  }

  /**
   * Puts a command that is no client's write into the log, with the time of now. Completes, perhaps
   * on the thread that applies the log, when it has been applied here.
   *
   * <p>Fails with {@link NotLeadingException}, {@link NotFinalizedException} or {@link
   * NotAppendedException} if it was certainly not appended; after any other failure it may be
   * applied, now or later.
   */
  public CompletableFuture<CommandResult> propose(Command.Builder command) {
    return commands.append(command.setLeaderTimeMs(System.currentTimeMillis()).build());
  }

  /** The cluster's id: which nodes belong together. */
  public String clusterId() {
    return groupId.getUuid().toString();
  }

  /** The leader as this node knows it. */
  public Optional<Member> leader() {
    RaftPeerId leader = division.getInfo().getLeaderId();
    return leader == null ? Optional.empty() : member(leader);
  }

  private Optional<Member> member(RaftPeerId id) {
    return Optional.ofNullable(division.getRaftConf().getPeer(id)).map(RaftNode::member);
  }

  /** All members as this node knows them, by name. */
  public List<Member> members() {
    return division.getRaftConf().getAllPeers().stream()
        .map(RaftNode::member)
        .sorted(Comparator.comparing(Member::nodeId))
        .toList();
  }

  /** The names of the members; none while they change, or are not known yet. */
  public List<String> settledMembers() {
    return settledMembership().isPresent()
        ? members().stream().map(Member::nodeId).toList()
        : List.of();
  }

  static Member member(RaftPeer peer) {
    return new Member(peer.getId().toString(), peer.getClientAddress(), peer.getAddress());
  }

  /** Changes of the membership. */
  public MembershipChanges membership() {
    return membership;
  }

  /** Whether this node is a member as far as its log says. */
  public boolean isMember() {
    return division.getRaftConf().getPeer(division.getId()) != null;
  }

  /**
   * Whether {@link #isMember} stands: a membership that is not being changed is in the log only
   * once the change to it is committed (Raft paper, section 6).
   */
  public boolean isMemberForGood() {
    return isMember() && division.getRaftConf().getPreviousPeers().isEmpty();
  }

  /** Whether this node has been removed, or was about to be, as far as it has applied. */
  public boolean isFormerMember() {
    return former.test(division.getId().toString());
  }

  /** The membership, if no change of it is under way. */
  Optional<RaftConfiguration> settledMembership() {
    RaftConfiguration present = division.getRaftConf();
    return present.getPreviousPeers().isEmpty() && present.getLogEntryIndex() <= committedIndex()
        ? Optional.of(present)
        : Optional.empty();
  }

  /**
   * Has Ratis change the membership. Fails with {@link NotAppendedException} or a {@link
   * ReconfigurationTimeoutException} if nothing was changed; after any other failure it may have
   * been.
   */
  CompletableFuture<Void> setConfiguration(SetConfigurationRequest.Arguments change)
      throws IOException {
    return server
        .setConfigurationAsync(
            new SetConfigurationRequest(
                clientId, server.getId(), groupId, callId.incrementAndGet(), change))
        .thenAccept(RatisLog::throwIfFailed);
  }

  /** What Ratis says of this node's part in the cluster. */
  public DivisionInfo info() {
    return division.getInfo();
  }

  /** The last log entry known to be on the disks of a majority. */
  public long committedIndex() {
    return division.getRaftLog().getLastCommittedIndex();
  }

  /**
   * The last log entry that this node has been told is committed: unlike {@link #committedIndex} it
   * may lie far beyond the end of its log.
   */
  public long toldCommittedIndex() {
    return division.getCommitInfos().stream()
        .mapToLong(CommitInfoProto::getCommitIndex)
        .reduce(committedIndex(), Math::max);
  }

  /** For how long this node, as a follower, has heard nothing of its leader; empty without one. */
  public Optional<Duration> leaderSilent() {
    OptionalLong silentMs =
        division.getInfo().getLeaderId() == null
            ? OptionalLong.empty()
            : FollowerAccess.silentMs(division);
    return silentMs.isPresent()
        ? Optional.of(Duration.ofMillis(Math.max(0, silentMs.getAsLong())))
        : Optional.empty();
  }

  /** What the nodes tell each other of themselves. */
  public NodeCards cards() {
    return cards;
  }

  /** The last entry that is known to be committed and is on this node's disk. */
  public long durablyCommittedIndex() {
    return Math.min(committedIndex(), truncations.atMost(division.getRaftLog()::getFlushIndex));
  }

  /** The last entry in this node's log. */
  public long lastLogIndex() {
    return division.getRaftLog().getNextIndex() - 1;
  }

  /** Whether Ratis works; if it does not and nobody has stopped it, the process must end. */
  public boolean isAlive() {
    return server.getLifeCycleState() == LifeCycle.State.RUNNING && division.getInfo().isAlive();
  }

  /** Whether it should stand for election and does not: if that lasts, the process must end. */
  public boolean hasGivenUpElection() {
    return mayStand() && Candidacy.isGivenUp(division);
  }

  private boolean mayStand() {
    return newcomer == null || !newcomer.onlyVotes();
  }

  /**
   * Has this node stand for election if it is time to.
   *
   * @return after how many ms to call it again
   */
  public long standIfDue() {
    return elections.look();
  }

  /** Makes sure that the first election of this node is not the first time that it asks. */
  public void rehearseElection() {
    rehearsal.tick();
  }

  /** The other members, if there is a leader and this node is one of them for good. */
  private List<RaftPeerId> votersUnderALeader() {
    RaftPeerId self = division.getId();
    return division.getInfo().getLeaderId() == null
        ? List.of()
        : settledMembership()
            .filter(present -> present.getPeer(self) != null)
            .map(RaftConfiguration::getCurrentPeers)
            .orElse(List.of())
            .stream()
            .map(RaftPeer::getId)
            .filter(id -> !id.equals(self))
            .toList();
  }

  private final class StandingFollower implements ElectionTimer.Follower {
    @Override
    public OptionalLong silentMs() {
      return FollowerAccess.silentMs(division);
    }

    @Override
    public void reachOthers() {
      PeerConnections.tryAgain(division);
    }

    @Override
    public boolean mayStand(long silentMs) {
      // While Ratis is wrong about its disk, it would count itself among those with an entry there.
      return RaftNode.this.mayStand()
          && truncations.isNone()
          && FollowerAccess.mayStand(division, silentMs);
    }

    @Override
    public Canvass.Verdict canvass() {
      return canvass.look();
    }

    @Override
    public boolean stand(long silentMs) {
      return FollowerAccess.standForElection(division, silentMs);
    }
  }

  private final class Others implements Canvass.Others {
    @Override
    public TermIndex lastEntryOf(RaftPeerId member) throws IOException {
      return FollowerAccess.askForHopelessVote(division, member);
    }

    @Override
    public void provoke(RaftPeerId member) throws IOException {
      FollowerAccess.askForVote(division, member);
    }
  }

  /** Lets a node that has been added stand for election. To be called again and again. */
  public void lookAfterNewcomer() {
    if (newcomer != null) {
      newcomer.tick();
    }
  }

  /** As {@link #followers}, and those whom this node, as the leader, is making members. */
  List<FollowerProgress> followersAndJoining() {
    return lease.followers();
  }

  /** The followers as the leader, this node, sees them; empty on other nodes. */
  public List<FollowerProgress> followers() {
    if (!division.getInfo().isLeader()) {
      return List.of();
    }
    RaftConfiguration present = division.getRaftConf();
    return lease.followers().stream()
        .filter(follower -> present.getPeer(RaftPeerId.valueOf(follower.nodeId())) != null)
        .toList();
  }

  /** Has a snapshot made in the background unless one is being made. */
  public void requestSnapshot() {
    if (!snapshotUnderWay.compareAndSet(false, true)) {
      return;
    }
    server
        .snapshotManagementAsync(
            SnapshotManagementRequest.newCreate(
                clientId,
                server.getId(),
                groupId,
                callId.incrementAndGet(),
                SNAPSHOT_TIMEOUT.toMillis()))
        .whenComplete(
            (reply, failure) -> {
              snapshotUnderWay.set(false);
              if (failure != null) {
                log.warn("Could not take a snapshot: {}", failure.toString());
              }
            });
  }

  /**
   * Gives the leadership, if this node has it, to the follower that is nearest to it.
   *
   * @return the new leader's name; empty if this node did not lead or nobody took over within
   *     {@code timeout}
   */
  public Optional<String> handLeadershipOver(Duration timeout) {
    return nearestFollower().filter(successor -> transferLeadership(successor, timeout));
  }

  /** The follower that lacks least of those that have answered lately. */
  Optional<String> nearestFollower() {
    return followers().stream()
        .filter(follower -> follower.silent().compareTo(Duration.ofSeconds(1)) < 0)
        .max(Comparator.comparingLong(FollowerProgress::matchIndex))
        .map(FollowerProgress::nodeId);
  }

  /**
   * Gives the leadership to {@code target}; false if that has not taken it within {@code timeout}.
   */
  boolean transferLeadership(String target, Duration timeout) {
    try {
      giveBackPromises();
      return askToTakeOver(target, timeout);
    } catch (IOException | ExecutionException | TimeoutException e) {
      log.warn("Could not hand the leadership to {}: {}", target, e.toString());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lease.engage();
    }
  }

  private boolean askToTakeOver(String target, Duration timeout)
      throws IOException, ExecutionException, InterruptedException, TimeoutException {
    writes.hold();
    try {
      return server
          .transferLeadershipAsync(
              new TransferLeadershipRequest(
                  clientId,
                  server.getId(),
                  groupId,
                  callId.incrementAndGet(),
                  RaftPeerId.valueOf(target),
                  timeout.toMillis()))
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
          .isSuccess();
    } finally {
      TransferAccess.end(division);
      writes.resume();
    }
  }

  /** Or the followers would vote for nobody yet. */
  private void giveBackPromises() throws ExecutionException, InterruptedException {
    try {
      lease.release().get(RELEASE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.info("Not all followers know yet that the leadership is to change hands");
    }
  }

  /**
   * Stops Ratis. It closes log and state machine first, and waits then up to 6 s for the
   * connections to nodes that do not answer (GrpcUtil.shutdownManagedChannel, 3.3.0): those end
   * with the process, or by themselves.
   */
  @Override
  public void close() {
    membership.close();
    Thread closing = daemon("close", this::closeRatis);
    closing.start();
    try {
      while (closing.isAlive()
          && division.getInfo().getLifeCycleState() != LifeCycle.State.CLOSED) {
        closing.join(CLOSING_LOOK_MS);
      }
      closing.join(CONNECTIONS_END_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeRatis() {
    try {
      server.close();
    } catch (IOException | RuntimeException e) {
      log.warn("Ratis did not stop in order: {}", e.toString());
    }
  }
}
