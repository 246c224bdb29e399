package io.relaykv.testkit;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.server.raft.RaftSeams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

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
  /** For everything that takes a start or an election; generous, as test machines are busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The account that there is from the start. */
  public static final String ACCOUNT = "test";

  private final Map<String, TestNode> nodes = new TreeMap<>();

  /** Those that are not members yet. */
  private final Map<String, TestNode> joining = new TreeMap<>();

  /** Those that have been removed. */
  private final Map<String, TestNode> formerNodes = new TreeMap<>();

  private final ApiKeyText adminKey;
  private final Path directory;
  private final Map<String, String> settings;
  private final Function<NodeFiles, TestNode> kind;
  private final FaultMeans faults;
  private KvAdmin admin;
  private int lastNode;
  private final List<String> secrets = new ArrayList<>();
  private String apiKey = "";

  private KvCluster(
      int size,
      Path directory,
      Map<String, String> settings,
      Function<NodeFiles, TestNode> kind,
      FaultMeans faults) {
    this.directory = directory;
    this.faults = faults;
    this.settings = Map.copyOf(settings);
    this.kind = kind;
    adminKey = newAdminKey();
    secrets.add(adminKey.reveal());
    NodeFiles.make(size, directory, adminKey, settings).stream()
        .map(kind)
        .forEach(node -> nodes.put(node.id(), node));
    lastNode = size;
    admin = newAdmin(Duration.ofSeconds(2));
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
    PeerNetwork network = new PeerNetwork();
    return started(
        new KvCluster(
            size,
            directory,
            settings,
            files -> new InProcessNode(files, seams.withPeerPort(network.at(files.id()))),
            FaultMeans.network(network)));
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
    return started(new KvCluster(size, directory, settings, ProcessNode::new, FaultMeans.NONE));
  }

  /**
   * As {@link #processes(int, Path, Map)}, with the data of each node on a file system of its own,
   * for {@link #fillDisk}. Needs Linux and the right to make user namespaces, but not root.
   *
   * @param diskBytes size of each file system; what is stored there takes memory
   * @throws UncheckedIOException if {@link #whyNoSmallDisks} says why
   */
  public static KvCluster onSmallDisks(
      int size, Path directory, long diskBytes, Map<String, String> settings) {
    Map<String, SmallDisk> disks = new TreeMap<>();
    Function<NodeFiles, TestNode> onOne =
        files -> {
          try {
            SmallDisk disk = SmallDisk.mount(files.data(), diskBytes);
            disks.put(files.id(), disk);
            return new ProcessNode(files, disk);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    try {
      return started(new KvCluster(size, directory, settings, onOne, FaultMeans.disks(disks)));
    } catch (RuntimeException | Error e) {
      disks.values().forEach(SmallDisk::close);
      throw e;
    }
  }

  /**
   * Why this machine cannot have {@link #onSmallDisks}; empty if it can.
   *
   * @param directory where it may try
   */
  public static Optional<String> whyNoSmallDisks(Path directory) {
    return SmallDisk.whyNot(directory);
  }

  /**
   * As {@link #processes(int, Path, Map)}, with nodes whose Raft logs can be made to fail by {@link
   * #failLog}. Needs nothing of the machine.
   */
  public static KvCluster withFailingLogs(int size, Path directory, Map<String, String> settings) {
    Map<String, FailingLog> logs = new TreeMap<>();
    Function<NodeFiles, TestNode> withOne =
        files -> {
          FailingLog log = new FailingLog(files.directory());
          logs.put(files.id(), log);
          return new ProcessNode(files, log);
        };
    return started(new KvCluster(size, directory, settings, withOne, FaultMeans.logs(logs)));
  }

  private static ApiKeyText newAdminKey() {
    byte[] secret = new byte[ApiKeyText.SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return ApiKeyText.of(ApiKeyText.ADMIN, secret);
  }

  private static KvCluster started(KvCluster cluster) {
    try {
      cluster.startAll();
      await("a leader to make an account").until(cluster::hasAccount);
      cluster.apiKey = cluster.newApiKey(ACCOUNT, ApiKeyRight.READ, ApiKeyRight.WRITE);
      cluster.awaitServing();
      // A node that has never heard of the leader cannot help to elect the next one.
      cluster.awaitLevel();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private boolean hasAccount() {
    try {
      if (admin.account(ACCOUNT).isEmpty()) {
        admin.createAccount(ACCOUNT, 0);
      }
      return true;
    } catch (UnavailableException | OutcomeUnknownException e) {
      return false;
    }
  }

  /** Makes an API key and returns it with its secret, as {@link #newClient(String)} takes it. */
  public String newApiKey(String account, ApiKeyRight... rights) {
    String made =
        admin.createApiKey(account, EnumSet.copyOf(List.of(rights)), Optional.empty(), "").reveal();
    secrets.add(made);
    return made;
  }

  /**
   * The secrets of this cluster, to look for where none may be: of the admin key and of the API
   * keys that {@link #newApiKey} has made.
   */
  public SecretSearch secrets() {
    return new SecretSearch(secrets);
  }

  /** The API key that clients of this cluster show. */
  public String apiKey() {
    return apiKey;
  }

  /** The admin key that the nodes accept. */
  public String adminKey() {
    return adminKey.reveal();
  }

  /** An operator's client that knows all nodes; the caller closes it. */
  public KvAdmin newAdmin() {
    return newAdmin(Duration.ofSeconds(10));
  }

  private KvAdmin newAdmin(Duration requestTimeout) {
    return KvAdmin.builder()
        .nodes(addresses())
        .apiKey(adminKey.reveal())
        .requestTimeout(requestTimeout)
        .build();
  }

  /** The members' names, in order. */
  public List<String> nodeIds() {
    return List.copyOf(nodes.keySet());
  }

  /** Where the nodes serve clients, in the order of {@link #nodeIds}. */
  public List<String> addresses() {
    return nodes.values().stream().map(TestNode::clientAddress).toList();
  }

  /** Where a node serves clients. */
  public String addressOf(String id) {
    return node(id).clientAddress();
  }

  /** Where a node serves the other nodes. */
  public String peerAddressOf(String id) {
    return node(id).peerAddress();
  }

  /** Where a node answers HTTP. */
  public String httpAddressOf(String id) {
    return node(id).httpAddress();
  }

  /** Where a node has its data. */
  public Path dataDirectoryOf(String id) {
    return node(id).dataDirectory();
  }

  /** A client that knows all nodes; the caller closes it. */
  public KvClient newClient() {
    return newClient(Duration.ofSeconds(10));
  }

  /** A client that knows all nodes; the caller closes it. */
  public KvClient newClient(Duration requestTimeout) {
    return clientOf(addresses(), requestTimeout);
  }

  /** A client that shows another API key; the caller closes it. */
  public KvClient newClient(String otherApiKey) {
    return KvClient.builder()
        .nodes(addresses())
        .apiKey(otherApiKey)
        .requestTimeout(Duration.ofSeconds(10))
        .build();
  }

  private KvClient clientOf(List<String> through, Duration requestTimeout) {
    return KvClient.builder().nodes(through).apiKey(apiKey).requestTimeout(requestTimeout).build();
  }

  /**
   * Starts a new node and returns its name once it waits to be added. It is none of {@link
   * #nodeIds} before {@link #add}.
   */
  public String startJoining() {
    return startJoining("n" + (lastNode + 1));
  }

  /** The same with a name of the test's choice, perhaps that of a former member. */
  public String startJoining(String id) {
    lastNode++;
    TestNode node = kind.apply(NodeFiles.makeToJoin(id, directory, adminKey, settings));
    joining.put(id, node);
    node.start();
    awaitListening(id);
    return id;
  }

  /** Waits until a node takes connections of clients, which is before it need know a leader. */
  public void awaitListening(String id) {
    String address = node(id).clientAddress();
    await(id + " to listen").until(() -> isListening(address));
  }

  private static boolean isListening(String address) {
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes a node a member that {@link #startJoining} has started. */
  public void add(String id) {
    try (KvAdmin operator = newAdmin()) {
      add(id, operator);
    }
  }

  /** The same by an operator of the test's choice. */
  public void add(String id, KvAdmin operator) {
    TestNode node = node(id);
    operator.addMember(id, node.clientAddress(), node.peerAddress(), PATIENCE, progress -> {});
    joining.remove(id);
    nodes.put(id, node);
    membersChanged();
  }

  /** Starts a new node, makes it a member, and returns its name. */
  public String addNode() {
    String id = startJoining();
    add(id);
    return id;
  }

  /** Takes a node out of the cluster, and waits until it has stopped if it runs. */
  public void removeNode(String id) {
    TestNode node = node(id);
    try (KvAdmin operator = newAdmin()) {
      operator.removeMember(id);
    }
    nodes.remove(id);
    formerNodes.put(id, node);
    membersChanged();
    await(id + " to learn that it was removed").until(() -> !node.isRunning());
  }

  /**
   * Replaces a node that has lost its disk: ends it, deletes its data, makes a new node a member,
   * and takes the old one out. Returns the new one's name.
   */
  public String replace(String id) {
    kill(id);
    wipe(id);
    String successor = addNode();
    removeNode(id);
    return successor;
  }

  /** Deletes the data of a node that does not run. */
  public void wipe(String id) {
    if (isRunning(id)) {
      throw new IllegalStateException(id + " runs");
    }
    try (Stream<Path> files = Files.walk(dataDirectoryOf(id))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void membersChanged() {
    admin.close();
    admin = newAdmin(Duration.ofSeconds(2));
  }

  /** What the nodes say of themselves now. */
  public ClusterStatus status() {
    return admin.status();
  }

  /** Starts a node that does not run; returns when its process has been started. */
  public void start(String id) {
    node(id).start();
  }

  /** Starts every node that does not run. */
  public void startAll() {
    nodes.values().stream().filter(node -> !node.isRunning()).forEach(TestNode::start);
  }

  /** Stops a node in order: it hands its leadership over. */
  public void stop(String id) {
    node(id).stop();
  }

  /** Ends a node at once: SIGKILL for a process; in this JVM, a stop without handing over. */
  public void kill(String id) {
    node(id).kill();
  }

  /** Ends every node at once. */
  public void killAll() {
    Stream.of(nodes, joining, formerNodes)
        .flatMap(some -> some.values().stream())
        .forEach(TestNode::kill);
  }

  /** Stops a process from running without ending it (SIGSTOP), until {@link #resume}. */
  public void pause(String id) {
    node(id).pause();
  }

  /** Lets a paused process run on (SIGCONT). */
  public void resume(String id) {
    node(id).resume();
  }

  /**
   * Cuts a node in this JVM off from the other nodes, until {@link #heal}. Clients still reach it.
   */
  public void isolate(String id) {
    network().isolate(id, nodeIds().stream().filter(other -> !other.equals(id)).toList());
  }

  /** Mends all links between nodes. */
  public void heal() {
    network().healAll();
  }

  /** The links between the nodes of a cluster in this JVM. */
  public PeerNetwork network() {
    return faults
        .network()
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "links between processes cannot be cut: use inProcess()"));
  }

  /**
   * Has another program fill the disk of a node of {@link #onSmallDisks}, until {@link #freeDisk}.
   *
   * @param leftBytes what it leaves free; 0 for nothing at all
   */
  public void fillDisk(String id, long leftBytes) {
    diskOf(id).fill(leftBytes);
  }

  /** Has that program give back what it took. */
  public void freeDisk(String id) {
    diskOf(id).free();
  }

  private SmallDisk diskOf(String id) {
    return Objects.requireNonNull(faults.disks().get(id), "the nodes are not onSmallDisks()");
  }

  /** Has the Raft log of a node of {@link #withFailingLogs} fail, until {@link #mendLog}. */
  public void failLog(String id, LogFault how) {
    failingLogOf(id).fail(how);
  }

  /** Lets writes and fsyncs succeed again, if the node has not halted. */
  public void mendLog(String id) {
    failingLogOf(id).mend();
  }

  private FailingLog failingLogOf(String id) {
    return Objects.requireNonNull(faults.logs().get(id), "the nodes are not withFailingLogs()");
  }

  /** Waits until a node's process has ended by itself, and returns its exit code. */
  public int awaitEnd(String id) {
    await(id + " to end").until(() -> !node(id).isRunning());
    return node(id).exitCode();
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
    return node(id).isRunning();
  }

  /** Waits until there is a leader that serves, and returns its name. */
  public String awaitLeader() {
    return awaitLeader("a leader", id -> true);
  }

  /** Waits until a node other than {@code old} leads, and returns its name. */
  public String awaitLeaderOtherThan(String old) {
    return awaitLeader("a leader other than " + old, id -> !id.equals(old));
  }

  private String awaitLeader(String what, Predicate<String> accepted) {
    return await(what)
        .until(
            () ->
                status()
                    .leader()
                    .map(NodeStatus.Up::name)
                    .filter(accepted)
                    .filter(id -> serves(addresses()))
                    .orElse(null),
            Objects::nonNull);
  }

  /** Waits until a read comes back. */
  public void awaitServing() {
    await("the cluster to serve").until(() -> serves(addresses()));
  }

  private boolean serves(List<String> through) {
    try (KvClient client = clientOf(through, Duration.ofSeconds(2))) {
      client.get("testkit/probe");
      return true;
    } catch (KvException e) {
      return false;
    }
  }

  /** Waits until all nodes are up and have applied the same entries. */
  public void awaitLevel() {
    await("all nodes to be up and level")
        .until(
            () -> {
              List<NodeStatus.Up> up = status().up();
              return up.size() == nodes.size()
                  && up.stream().mapToLong(NodeStatus.Up::appliedIndex).distinct().count() == 1
                  && up.stream().allMatch(node -> node.appliedIndex() == node.committedIndex());
            });
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .atMost(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50));
  }

  private TestNode node(String id) {
    TestNode node =
        Stream.of(nodes, joining, formerNodes)
            .map(some -> some.get(id))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    if (node == null) {
      throw new IllegalArgumentException(
          "no node " + id + "; there are " + String.join(", ", nodes.keySet()));
    }
    return node;
  }

  /**
   * Ends every node at once; the data stays. With the system property {@code
   * relaykv.testkit.search-secrets} it then looks for this cluster's secrets in all that it has
   * left, and fails if it finds one.
   */
  @Override
  public void close() {
    admin.close();
    killAll();
    faults.disks().values().forEach(SmallDisk::close);
    if (Boolean.getBoolean("relaykv.testkit.search-secrets")) {
      List<Path> found = secrets().filesBelow(directory);
      if (!found.isEmpty()) {
        throw new AssertionError("there are secrets in " + found);
      }
    }
  }
}
