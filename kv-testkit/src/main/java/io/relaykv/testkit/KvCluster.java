package io.relaykv.testkit;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.server.raft.RaftSeams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster for tests, on loopback, with its data below a directory of the test, and with an
 * account {@value #ACCOUNT} whose API key its clients show. Not thread-safe.
 *
 * <pre>{@code
 * try (KvCluster cluster = KvCluster.processes(3, directory);
 *     KvClient client = cluster.newClient()) {
 *   client.put("k", 1);
 *   cluster.kill(cluster.awaitLeader());
 *   assertThat(client.get("k")).isPresent();
 * }
 * }</pre>
 *
 * <p>All waiting happens inside its verbs; what does not come about in time fails the test with
 * what was waited for.
 */
public final class KvCluster implements AutoCloseable {
  /** The account that there is from the start. */
  public static final String ACCOUNT = "test";

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private final Path directory;
  private final ClusterFaults faults;
  private final NodeSet nodes = new NodeSet();
  private final Access access;
  private final Waits waits;
  private final Membership membership;
  private final @Nullable PeerNetwork network;

  /**
   * @param kind makes the nodes
   * @param network of nodes in this JVM
   */
  private KvCluster(
      int size,
      Path directory,
      Map<String, String> settings,
      Function<NodeFiles, TestNode> kind,
      ClusterFaults faults,
      @Nullable PeerNetwork network) {
    this.directory = directory;
    this.faults = faults;
    this.network = network;
    ApiKeyText adminKey = Access.newAdminKey();
    Map<String, String> ofAll = Map.copyOf(settings);
    NodeFiles.make(size, directory, adminKey, ofAll).stream().map(kind).forEach(nodes::addMember);
    access = new Access(nodes, adminKey);
    waits = new Waits(nodes, access);
    membership =
        new Membership(
            nodes,
            access,
            waits,
            id -> kind.apply(NodeFiles.makeToJoin(id, directory, adminKey, ofAll)));
  }

  /**
   * Nodes n1, n2, ... in this JVM: quick to start, no real kill. Started and serving when this
   * returns.
   *
   * @param directory for their data; empty or missing
   */
  public static KvCluster inProcess(int size, Path directory) {
    return inProcess(size, directory, Map.of());
  }

  /**
   * As {@link #inProcess(int, Path)}.
   *
   * @param settings of the nodes besides the defaults, by key
   */
  public static KvCluster inProcess(int size, Path directory, Map<String, String> settings) {
    return inProcess(size, directory, settings, RaftSeams.NONE);
  }

  /**
   * As {@link #inProcess(int, Path, Map)}, for tests of RelayKV itself.
   *
   * @param seams what to put into the nodes besides the network
   */
  public static KvCluster inProcess(
      int size, Path directory, Map<String, String> settings, RaftSeams seams) {
    ClusterFaults faults = new ClusterFaults();
    PeerNetwork network = new PeerNetwork();
    return started(
        new KvCluster(
            size,
            directory,
            settings,
            new InProcessNodes(faults, network, seams),
            faults,
            network));
  }

  /**
   * Nodes n1, n2, ... as processes of their own, which can be killed and paused for real. Started
   * and serving when this returns.
   *
   * @param directory for their data, configurations and logs; empty or missing
   */
  public static KvCluster processes(int size, Path directory) {
    return processes(size, directory, Map.of());
  }

  /**
   * As {@link #processes(int, Path)}.
   *
   * @param settings of the nodes besides the defaults, by key
   */
  public static KvCluster processes(int size, Path directory, Map<String, String> settings) {
    return started(
        new KvCluster(size, directory, settings, ProcessNode::new, new ClusterFaults(), null));
  }

  /**
   * As {@link #processes(int, Path, Map)}, with nodes that every fault can be put into. Needs
   * nothing of the machine.
   */
  public static KvCluster processesWithFaults(
      int size, Path directory, Map<String, String> settings) {
    return processesWithFaults(size, directory, settings, ProcessOptions.DEFAULT);
  }

  /**
   * As {@link #processesWithFaults(int, Path, Map)}.
   *
   * @param options what the processes run in
   * @throws UncheckedIOException if they are to have disks of their own, and {@link
   *     #whyNoSmallDisks} says why they cannot
   */
  public static KvCluster processesWithFaults(
      int size, Path directory, Map<String, String> settings, ProcessOptions options) {
    ClusterFaults faults = new ClusterFaults();
    try {
      return started(
          new KvCluster(
              size,
              directory,
              settings,
              FaultyProcesses.into(directory, faults, options),
              faults,
              null));
    } catch (RuntimeException | Error e) {
      faults.close();
      throw e;
    }
  }

  /**
   * Why this machine cannot have {@link ProcessOptions#diskBytes}; empty if it can.
   *
   * @param directory where it may try
   */
  public static Optional<String> whyNoSmallDisks(Path directory) {
    return SmallDisk.whyNot(directory);
  }

  private static KvCluster started(KvCluster cluster) {
    try {
      cluster.startAll();
      cluster.waits.awaitAccount();
      cluster.access.makeApiKey();
      cluster.awaitServing();
      // A node that has never heard of the leader cannot help to elect the next one.
      cluster.awaitLevel();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Makes an API key and returns it with its secret, as {@link #newClient(String)} takes it. */
  public String newApiKey(String account, ApiKeyRight... rights) {
    return access.newApiKey(account, rights);
  }

  /**
   * The secrets of this cluster, to look for where none may be: of the admin key and of the API
   * keys that {@link #newApiKey} has made.
   */
  public SecretSearch secrets() {
    return access.secrets();
  }

  /** The API key that clients of this cluster show. */
  public String apiKey() {
    return access.apiKey();
  }

  /** The admin key that the nodes accept. */
  public String adminKey() {
    return access.adminKey();
  }

  /** An operator's client that knows all nodes; the caller closes it. */
  public KvAdmin newAdmin() {
    return access.newAdmin(REQUEST_TIMEOUT);
  }

  /** The members' names, in order. */
  public List<String> nodeIds() {
    return nodes.memberIds();
  }

  /** The names of all nodes that there are or have been, members or not. */
  public List<String> everyNodeId() {
    return nodes.all().stream().map(TestNode::id).distinct().sorted().toList();
  }

  /** Where the nodes serve clients, in the order of {@link #nodeIds}. */
  public List<String> addresses() {
    return nodes.addresses();
  }

  /** Where a node serves clients. */
  public String addressOf(String id) {
    return nodes.find(id).clientAddress();
  }

  /** Where a node serves the other nodes. */
  public String peerAddressOf(String id) {
    return nodes.find(id).peerAddress();
  }

  /** Where a node answers HTTP. */
  public String httpAddressOf(String id) {
    return nodes.find(id).httpAddress();
  }

  /** Where a node has its data. */
  public Path dataDirectoryOf(String id) {
    return nodes.find(id).dataDirectory();
  }

  /** A client that knows all nodes; the caller closes it. */
  public KvClient newClient() {
    return newClient(REQUEST_TIMEOUT);
  }

  /** A client that knows all nodes; the caller closes it. */
  public KvClient newClient(Duration requestTimeout) {
    return access.newClient(apiKey(), requestTimeout);
  }

  /** A client that shows another API key; the caller closes it. */
  public KvClient newClient(String otherApiKey) {
    return access.newClient(otherApiKey, REQUEST_TIMEOUT);
  }

  /**
   * Starts a new node and returns its name once it waits to be added. It is none of {@link
   * #nodeIds} before {@link #add}.
   */
  public String startJoining() {
    return membership.startJoining();
  }

  /** The same with a name of the test's choice, perhaps that of a former member. */
  public String startJoining(String id) {
    return membership.startJoining(id);
  }

  /** Waits until a node takes connections of clients, which is before it need know a leader. */
  public void awaitListening(String id) {
    waits.awaitListening(id);
  }

  /** Makes a node a member that {@link #startJoining} has started. */
  public void add(String id) {
    membership.add(id);
  }

  /** The same by an operator of the test's choice. */
  public void add(String id, KvAdmin operator) {
    membership.add(id, operator);
  }

  /** Starts a new node, makes it a member, and returns its name. */
  public String addNode() {
    String id = startJoining();
    add(id);
    return id;
  }

  /** Takes a node out of the cluster, and waits until it has stopped if it runs. */
  public void removeNode(String id) {
    membership.remove(id);
  }

  /**
   * Replaces a node that has lost its disk: ends it, deletes its data, makes a new node a member,
   * and takes the old one out. Returns the new one's name.
   */
  public String replace(String id) {
    return membership.replace(id);
  }

  /** Deletes the data of a node that does not run. */
  public void wipe(String id) {
    membership.wipe(id);
  }

  /** What the nodes say of themselves now. */
  public ClusterStatus status() {
    return access.status();
  }

  /** Starts a node that does not run; returns when its process has been started. */
  public void start(String id) {
    nodes.find(id).start();
  }

  /** Starts every node that does not run. */
  public void startAll() {
    nodes.members().stream().filter(node -> !node.isRunning()).forEach(TestNode::start);
  }

  /** Stops a node in order: it hands its leadership over. */
  public void stop(String id) {
    nodes.find(id).stop();
  }

  /** Ends a node at once: SIGKILL for a process; in this JVM, a stop without handing over. */
  public void kill(String id) {
    nodes.find(id).kill();
  }

  /** Ends every node at once. */
  public void killAll() {
    nodes.all().forEach(TestNode::kill);
  }

  /** Stops a process from running without ending it (SIGSTOP), until {@link #resume}. */
  public void pause(String id) {
    faults.pausing(id, nodes.find(id)::pause);
  }

  /** Lets a paused process run on (SIGCONT). */
  public void resume(String id) {
    faults.resuming(id, nodes.find(id)::resume);
  }

  /**
   * The links between the nodes; not of {@link #processes(int, Path)}.
   *
   * @see #heal
   */
  public Links links() {
    return faults.links();
  }

  /** What the nodes of a cluster in this JVM say to each other. */
  public PeerNetwork network() {
    if (network == null) {
      throw new UnsupportedOperationException(
          "messages between processes cannot be seen: use inProcess()");
    }
    return network;
  }

  /** Cuts a node off from the other nodes, until {@link #heal}. Clients still reach it. */
  public void isolate(String id) {
    links().cutAll(id, nodeIds());
  }

  /** Lets a node hear nothing of the other nodes, which still hear it, until {@link #heal}. */
  public void isolateInbound(String id) {
    links().cutInbound(id, nodeIds());
  }

  /** Lets the other nodes hear nothing of a node, which still hears them, until {@link #heal}. */
  public void isolateOutbound(String id) {
    links().cutOutbound(id, nodeIds());
  }

  /**
   * Cuts a node off from all clients, those of operators too, until {@link #heal}; the other nodes
   * still reach it. What it is asked fails at once, as unavailable; of what is under way, clients
   * learn nothing more.
   */
  public void isolateFromClients(String id) {
    faults.cutClients(id);
  }

  /** Lets clients reach a node again. */
  public void reconnectClients(String id) {
    faults.reconnectClients(id);
  }

  /** Mends the network: all links between nodes, and the ways of clients. */
  public void heal() {
    faults.heal();
  }

  /**
   * Takes all faults out: resumes what is paused, heals the network, mends logs, frees disks, sets
   * clocks right and starts every member that does not run. Returns when the cluster serves and its
   * nodes are level.
   */
  public void mend() {
    nodes.all().stream().filter(TestNode::isPaused).map(TestNode::id).forEach(this::resume);
    faults.mendAll();
    startAll();
    awaitServing();
    awaitLevel();
  }

  /**
   * Has another program fill a node's disk of its own ({@link ProcessOptions#diskBytes}), until
   * {@link #freeDisk}.
   *
   * @param leftBytes what it leaves free; 0 for nothing at all
   */
  public void fillDisk(String id, long leftBytes) {
    faults.diskOf(id).fill(leftBytes);
  }

  /** Has that program give back what it took. */
  public void freeDisk(String id) {
    faults.diskOf(id).free();
  }

  /**
   * Has the Raft log of a node of {@link #processesWithFaults} fail, until {@link #mendLog}. A
   * failure that comes once meets the process that runs now; if none does, the next one.
   */
  public void failLog(String id, LogFault how) {
    faults.failLog(id, how);
  }

  /**
   * Makes each fsync of the Raft log of a node of {@link #processesWithFaults} take so much longer,
   * until {@link #mendLog}.
   */
  public void slowFsync(String id, Duration longer) {
    faults.slowFsync(id, longer);
  }

  /** Lets writes and fsyncs succeed again, and in time, if the node has not halted. */
  public void mendLog(String id) {
    faults.mendLog(id);
  }

  /**
   * Cuts the power of a node of {@link #processesWithFaults}: its process ends at once, and of each
   * file of its Raft log that it has written to, what the last fsync that has succeeded did not
   * cover is gone. What was there when the process was started counts as covered.
   *
   * <p>That is all that is gone: nothing of the database, of snapshots and of Ratis' small files
   * (the term and vote), and no file is back that was deleted, renamed or cut. RocksDB's memory is
   * gone, as it is after {@link #kill}.
   *
   * @throws IllegalStateException if the node does not run, or is paused
   */
  public void cutPower(String id) {
    faults.freezeLog(id);
    end(List.of(id));
  }

  /**
   * Cuts the power of all nodes that run, as {@link #cutPower} does: first all of their disks stop,
   * and then all of them end, so that none gains by another's end.
   */
  public void cutPowerOfAll() {
    List<String> running =
        nodes.all().stream().filter(TestNode::isRunning).map(TestNode::id).toList();
    running.forEach(faults::freezeLog);
    end(running);
  }

  private void end(List<String> frozen) {
    frozen.forEach(faults::cutPower);
    frozen.forEach(waits::awaitEnd);
  }

  /**
   * Sets the wall clock of a node of {@link #processesWithFaults} ahead of the machine's, or behind
   * if {@code ahead} is negative: all that RelayKV's own code reads. Time as it passes ({@link
   * System#nanoTime}) goes on as before. It is right again with {@link Duration#ZERO}, and stays
   * wrong when the node is started anew.
   */
  public void jumpClock(String id, Duration ahead) {
    faults.jumpClock(id, ahead);
  }

  /**
   * How often faults have struck a node since its process was started, or in this JVM since the
   * cluster was made. Not of {@link #processes(int, Path)}. Of a node that does not run or is
   * paused: as far as it has told, which it does before a failure of its log takes effect.
   */
  public FaultCounts faultsOf(String id) {
    return faults.countsOf(id);
  }

  /** Waits until a node's process has ended by itself, and returns its exit code. */
  public int awaitEnd(String id) {
    return waits.awaitEnd(id);
  }

  /** All that a node's processes have written to their standard output so far. */
  public String outputOf(String id) {
    try {
      return Files.readString(directory.resolve(id).resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a node's process, or the node in this JVM, runs. */
  public boolean isRunning(String id) {
    return nodes.find(id).isRunning();
  }

  /** Waits until there is a leader that serves, and returns its name. */
  public String awaitLeader() {
    return waits.awaitLeader("a leader", id -> true);
  }

  /** Waits until a node other than {@code old} leads, and returns its name. */
  public String awaitLeaderOtherThan(String old) {
    return waits.awaitLeader("a leader other than " + old, id -> !id.equals(old));
  }

  /** Waits until a read comes back. */
  public void awaitServing() {
    waits.awaitServing();
  }

  /** Waits until all nodes are up and have applied the same entries. */
  public void awaitLevel() {
    waits.awaitLevel();
  }

  /**
   * Ends every node at once; the data stays. With the system property {@code
   * relaykv.testkit.search-secrets} it then looks for this cluster's secrets in all that it has
   * left, and fails if it finds one.
   */
  @Override
  public void close() {
    access.close();
    killAll();
    faults.close();
    if (Boolean.getBoolean("relaykv.testkit.search-secrets")) {
      List<Path> found = secrets().filesBelow(directory);
      if (!found.isEmpty()) {
        throw new AssertionError("there are secrets in " + found);
      }
    }
  }
}
