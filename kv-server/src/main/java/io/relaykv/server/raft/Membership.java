package io.relaykv.server.raft;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.RaiseFeatureLevel;
import io.relaykv.protocol.log.RetireMember;
import io.relaykv.protocol.peer.NodeCard;
import io.relaykv.server.config.HostPort;
import io.relaykv.statemachine.levels.FeatureLevels;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.server.RaftConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Changes the membership through Ratis. Whatever would leave the cluster without a majority is
 * refused before anything changes. Changes run on a thread of their own, as they wait. Thread-safe.
 */
final class Membership implements MembershipChanges, AutoCloseable {
  private static final Duration HANDOVER = Duration.ofSeconds(3);
  private static final Duration LOG_TIMEOUT = Duration.ofSeconds(10);

  /** Each node tells of itself once a second, and looks at itself as often. */
  private static final Duration CARD_TIMEOUT = Duration.ofSeconds(3);

  private static final long PROGRESS_MS = 500;
  private static final int CONNECT_TIMEOUT_MS = 2000;

  private final RaftNode raft;
  private final String self;
  private final Predicate<String> former;
  private final IntSupplier featureLevel;
  private final Predicate<HostPort> mayCall;
  private final Duration silenceOfTheDown;
  private final ExecutorService executor;

  /** Ratis calls a node for ever where it has called it first. Confined to the executor. */
  private final Map<String, String> calledAt = new HashMap<>();

  /** Guarded by this, as is {@link #addition}. */
  private @Nullable Change underWay;

  private @Nullable Addition addition;

  /** Something that is under way. */
  private record Change(String what, CompletableFuture<?> done) {}

  /** The node that is being added. */
  private record Addition(
      Member member, List<Consumer<JoinProgress>> listeners, CompletableFuture<Boolean> done) {}

  /**
   * @param former whether a member of that name has been removed
   * @param featureLevel which the cluster has reached
   * @param mayCall whether other nodes may be called there without TLS, or with it
   * @param silenceOfTheDown a member that is silent for so long is taken for down
   */
  Membership(
      RaftNode raft,
      String self,
      Predicate<String> former,
      IntSupplier featureLevel,
      Predicate<HostPort> mayCall,
      Duration silenceOfTheDown) {
    this.raft = raft;
    this.self = self;
    this.former = former;
    this.featureLevel = featureLevel;
    this.mayCall = mayCall;
    this.silenceOfTheDown = silenceOfTheDown;
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, self + "-members");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public synchronized CompletableFuture<Boolean> add(
      Member member, Consumer<JoinProgress> listener) {
    Addition running = addition;
    if (running != null && running.member().equals(member) && !running.done().isDone()) {
      running.listeners().add(listener);
      return running.done();
    }
    List<Consumer<JoinProgress>> listeners = new CopyOnWriteArrayList<>(List.of(listener));
    CompletableFuture<Boolean> done =
        begin(
            "%s is being added, at %s for clients and %s for nodes"
                .formatted(member.nodeId(), member.clientAddress(), member.peerAddress()),
            () -> addNow(member, listeners));
    if (!done.isCompletedExceptionally()) {
      addition = new Addition(member, listeners, done);
    }
    return done;
  }

  @Override
  public synchronized CompletableFuture<Boolean> remove(String nodeId) {
    return begin(nodeId + " is being removed", () -> removeNow(nodeId));
  }

  @Override
  public synchronized CompletableFuture<String> transferLeadership(String to) {
    return begin(
        to.isEmpty()
            ? "the leadership is being handed over"
            : "the leadership is being handed over to " + to,
        () -> transferNow(to));
  }

  @Override
  public synchronized CompletableFuture<LevelChange> finalizeUpgrade(boolean dryRun) {
    return begin(
        dryRun
            ? "it is being looked whether an upgrade can be finalized"
            : "an upgrade is being finalized",
        () -> finalizeNow(dryRun));
  }

  /**
   * Begins a change, or joins it if just that is under way: the answer to whoever asked for it
   * first may have been lost.
   */
  @SuppressWarnings("unchecked") // What is the same in words is the same change.
  private <T> CompletableFuture<T> begin(String what, Callable<T> change) {
    Change present = underWay;
    if (present != null && !present.done().isDone()) {
      if (present.what().equals(what)) {
        return (CompletableFuture<T>) present.done();
      }
      return CompletableFuture.failedFuture(
          new MembershipRefusedException(
              "one change at a time: %s; repeat this when that has ended"
                  .formatted(present.what())));
    }
    CompletableFuture<T> done =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                await(raft.barrier(), LOG_TIMEOUT);
                return change.call();
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            },
            executor);
    underWay = new Change(what, done);
    return done;
  }

  private boolean addNow(Member member, List<Consumer<JoinProgress>> listeners) throws Exception {
    RaftConfiguration present = settled();
    for (RaftPeer peer : present.getAllPeers()) {
      Member other = RaftNode.member(peer);
      if (other.equals(member)) {
        return false;
      }
      refuseSharedWith(other, member);
    }
    if (former.test(member.nodeId())) {
      throw new MembershipRefusedException(
          "%s has been a member before: names are not used again, as a node that comes back without its data has forgotten its votes; start the node with an empty data directory under a new name and add that"
              .formatted(member.nodeId()));
    }
    HostPort address = HostPort.parse(member.peerAddress());
    if (!mayCall.test(address)) {
      throw new MembershipRefusedException(
          "%s is not a loopback address, and the nodes of this cluster talk in plain text: set up TLS between them, or security.insecure"
              .formatted(address));
    }
    String before = calledAt.get(member.nodeId());
    if (before != null && !before.equals(member.peerAddress())) {
      throw new MembershipRefusedException(
          "leader %s has tried %s at %s before, and would go on doing so: hand the leadership over (kv-shell leader transfer), then repeat this"
              .formatted(self, member.nodeId(), before));
    }
    Set<String> up = up();
    up.add(member.nodeId());
    List<String> members = names(present);
    members.add(member.nodeId());
    requireMajority(
        "adding %s makes %d members".formatted(member.nodeId(), members.size()), members, up);
    requireListener(member.nodeId(), address);
    calledAt.put(member.nodeId(), member.peerAddress());
    CompletableFuture<Void> change =
        raft.setConfiguration(
            SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(List.of(RaftNode.peer(member)))
                .setMode(SetConfigurationRequest.Mode.ADD)
                .build());
    awaitAddition(member, change, listeners);
    return true;
  }

  private static void refuseSharedWith(Member other, Member added) {
    if (other.nodeId().equals(added.nodeId())) {
      throw new MembershipRefusedException(
          "%s is a member already, at %s for clients and %s for nodes; a member's addresses are never changed: remove it, start it with an empty data directory under a new name, and add that"
              .formatted(other.nodeId(), other.clientAddress(), other.peerAddress()));
    }
    List<String> taken = List.of(other.clientAddress(), other.peerAddress());
    for (String address : List.of(added.clientAddress(), added.peerAddress())) {
      if (taken.contains(address)) {
        throw new MembershipRefusedException(
            "%s is the address of member %s".formatted(address, other.nodeId()));
      }
    }
  }

  /** Tells an address where nothing is from a node that is slow to come. */
  private static void requireListener(String nodeId, HostPort address) {
    try (Socket socket = new Socket()) {
      socket.connect(address.socketAddress(), CONNECT_TIMEOUT_MS);
    } catch (IOException e) {
      throw new MembershipRefusedException(
          "nothing answers at %s (%s): start %s there with `kv-server start --join`, then repeat this"
              .formatted(address, e.getMessage(), nodeId));
    }
  }

  private void awaitAddition(
      Member member, CompletableFuture<Void> change, List<Consumer<JoinProgress>> listeners)
      throws Exception {
    while (true) {
      try {
        await(change, Duration.ofMillis(PROGRESS_MS));
        return;
      } catch (TimeoutException e) {
        JoinProgress progress = progress(member.nodeId());
        listeners.forEach(listener -> listener.accept(progress));
      } catch (ReconfigurationTimeoutException e) {
        throw new MembershipRefusedException(
            "%s does not answer at %s, does not wait to join this cluster, or is of a version that is too old for it: look at its log, then repeat this; the membership is unchanged"
                .formatted(member.nodeId(), member.peerAddress()));
      }
    }
  }

  private JoinProgress progress(String nodeId) {
    return raft.followersAndJoining().stream()
        .filter(follower -> follower.nodeId().equals(nodeId))
        .findFirst()
        .map(
            follower ->
                new JoinProgress(
                    follower.silent().compareTo(silenceOfTheDown) < 0,
                    Math.max(0, raft.lastLogIndex() - Math.max(0, follower.matchIndex()))))
        .orElse(new JoinProgress(false, 0));
  }

  private boolean removeNow(String nodeId) throws Exception {
    RaftConfiguration present = settled();
    List<RaftPeer> remaining = new ArrayList<>(present.getCurrentPeers());
    if (!remaining.removeIf(peer -> peer.getId().toString().equals(nodeId))) {
      return false;
    }
    if (remaining.isEmpty()) {
      throw new MembershipRefusedException(
          "%s is the only member: with it, all data would be gone".formatted(nodeId));
    }
    List<String> names = names(remaining);
    requireMajority("removing %s leaves %s".formatted(nodeId, words(names, "and")), names, up());
    if (nodeId.equals(self)) {
      String successor = transferNow("");
      throw new NotLeadingException("%s leads now, and can remove %s".formatted(successor, nodeId));
    }
    await(
        raft.propose(
            Command.newBuilder().setRetireMember(RetireMember.newBuilder().setNodeId(nodeId))),
        LOG_TIMEOUT);
    try {
      await(
          raft.setConfiguration(
              SetConfigurationRequest.Arguments.newBuilder()
                  .setServersInCurrentConf(List.copyOf(present.getCurrentPeers()))
                  .setServersInNewConf(remaining)
                  .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                  .build()),
          LOG_TIMEOUT);
    } catch (NotAppendedException | NotLeadingException e) {
      // Which would say that nothing has changed.
      throw new IllegalStateException(
          "the name %s is used up, and it is still a member".formatted(nodeId), e);
    }
    return true;
  }

  private String transferNow(String to) {
    List<String> members = names(settled());
    if (to.equals(self)) {
      return self;
    }
    Set<String> up = up();
    up.remove(self);
    if (!to.isEmpty() && !members.contains(to)) {
      throw new MembershipRefusedException(
          "%s is no member; the members are %s".formatted(to, words(members, "and")));
    }
    if (up.isEmpty() || (!to.isEmpty() && !up.contains(to))) {
      throw new MembershipRefusedException(
          to.isEmpty()
              ? "no other member is up: %s has to lead".formatted(self)
              : "%s is down: it cannot lead".formatted(to));
    }
    String successor = to.isEmpty() ? raft.nearestFollower().orElse(up.iterator().next()) : to;
    if (!raft.transferLeadership(successor, HANDOVER)) {
      throw new NotAppendedException(
          "%s has not taken the leadership over within %d s"
              .formatted(successor, HANDOVER.toSeconds()));
    }
    return successor;
  }

  private LevelChange finalizeNow(boolean dryRun) throws Exception {
    int reached = featureLevel.getAsInt();
    int level = upgrade(names(settled())).levelFrom(reached);
    if (level > reached && !dryRun) {
      await(
          raft.propose(
              Command.newBuilder()
                  .setRaiseFeatureLevel(RaiseFeatureLevel.newBuilder().setLevel(level))),
          LOG_TIMEOUT);
    }
    return new LevelChange(reached, level);
  }

  /** By what each member says from now on: it may have been started in another version. */
  private Upgrade upgrade(List<String> members) throws Exception {
    Map<String, CompletableFuture<NodeCard>> asked = new HashMap<>();
    members.stream()
        .filter(id -> !id.equals(self))
        .forEach(id -> asked.put(id, raft.cards().next(id)));
    try {
      await(
          CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new)), CARD_TIMEOUT);
    } catch (TimeoutException e) {
      // Who has not answered is silent.
    }
    SortedMap<String, Integer> supported = new TreeMap<>();
    supported.put(self, FeatureLevels.supported());
    List<String> silent = new ArrayList<>();
    for (String id : members) {
      CompletableFuture<NodeCard> answer = asked.get(id);
      if (answer != null && answer.isDone()) {
        supported.put(id, Upgrade.told(answer.join().getSupportedFeatureLevel()));
      } else if (answer != null) {
        silent.add(id);
      }
    }
    return new Upgrade(supported, silent);
  }

  /** The membership, unless it is changing. */
  private RaftConfiguration settled() {
    return raft.settledMembership()
        .orElseThrow(
            () ->
                new NotAppendedException(
                    "a change that an earlier leader has begun is still under way"));
  }

  private Set<String> up() {
    Set<String> up = new LinkedHashSet<>();
    up.add(self);
    raft.followers().stream()
        .filter(follower -> follower.silent().compareTo(silenceOfTheDown) < 0)
        .map(FollowerProgress::nodeId)
        .forEach(up::add);
    return up;
  }

  private static void requireMajority(String change, List<String> members, Set<String> up) {
    int needed = members.size() / 2 + 1;
    List<String> present = members.stream().filter(up::contains).toList();
    if (present.size() < needed) {
      List<String> absent = members.stream().filter(id -> !up.contains(id)).toList();
      throw new MembershipRefusedException(
          "%s, of which %d must be up, but only %s would be: bring back %s first"
              .formatted(
                  change,
                  needed,
                  present.isEmpty() ? "none" : words(present, "and"),
                  words(absent, "or")));
    }
  }

  private static List<String> names(RaftConfiguration membership) {
    return names(membership.getCurrentPeers());
  }

  private static List<String> names(Collection<RaftPeer> peers) {
    return new ArrayList<>(
        peers.stream().map(RaftPeer::getId).map(RaftPeerId::toString).sorted().toList());
  }

  /** {@code n1, n2 and n3}. */
  private static String words(List<String> names, String conjunction) {
    int last = names.size() - 1;
    return last == 0
        ? names.get(0)
        : String.join(", ", names.subList(0, last)) + " " + conjunction + " " + names.get(last);
  }

  private static <T> T await(CompletableFuture<T> future, Duration patience) throws Exception {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw cause instanceof RaftException || cause instanceof RuntimeException
          ? (Exception) cause
          : e;
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
