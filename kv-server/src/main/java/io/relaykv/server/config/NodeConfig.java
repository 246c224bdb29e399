package io.relaykv.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node is told before it starts. {@link Settings} says what each value means.
 *
 * <p>The constructors of these records throw {@link IllegalArgumentException} for a value, or a
 * combination of values, that the settings do not allow.
 *
 * @param dataDir absolute and normalized
 * @param verifyInterval between two replica checks; 0 for none
 */
public record NodeConfig(
    String nodeId,
    Path dataDir,
    Cluster cluster,
    Listen listen,
    Security security,
    Raft raft,
    Snapshot snapshot,
    Limits limits,
    Access access,
    Disk disk,
    ReadMode readMode,
    Duration verifyInterval,
    Metrics metrics,
    Log log) {

  /** Checks what concerns more than one part. */
  public NodeConfig {
    Settings.NODE_ID.require(nodeId);
    if (cluster.peer(nodeId).isEmpty()) {
      throw Settings.NODE_ID.invalid(
          nodeId,
          "must be the id of one of `cluster.peers`: "
              + String.join(", ", cluster.peers().stream().map(Peer::id).toList()));
    }
    if (!dataDir.isAbsolute()) {
      throw Settings.DATA_DIR.invalid(dataDir.toString(), "must be absolute");
    }
    dataDir = dataDir.normalize();
    Settings.VERIFY_INTERVAL.require(verifyInterval);
    security.require(Settings.LISTEN_CLIENT, listen.client(), security.client(), "tls.client");
    security.require(Settings.LISTEN_PEER, listen.peer(), security.peer(), "tls.peer");
    security.requireForCalls(cluster.peers());
  }

  /**
   * Reads the configuration of a node. A flag wins over the environment, the environment over the
   * file, the file over the default.
   *
   * @param file a HOCON file
   * @param env the environment, of which only {@code RELAYKV_*} counts
   * @param flags values by key, as text
   * @throws ConfigException with every problem that was found
   */
  public static NodeConfig load(Path file, Map<String, String> env, Map<String, String> flags) {
    return EffectiveConfig.load(file, env, flags).config();
  }

  /**
   * The configuration from values alone, without a file and an environment; a relative {@code
   * data.dir} counts from the working directory.
   *
   * @param values values by key, as text
   * @throws ConfigException with every problem that was found
   */
  public static NodeConfig of(Map<String, String> values) {
    return EffectiveConfig.of(values).config();
  }

  /** This node's own entry among the peers. */
  public Peer self() {
    return cluster.peer(nodeId).orElseThrow();
  }

  /** The cluster as it first starts; afterwards the replicated membership is the truth. */
  public record Cluster(String name, List<Peer> peers) {
    /** Checks that no two peers share an id or an address. */
    public Cluster {
      peers = List.copyOf(peers);
      Settings.CLUSTER_NAME.require(name);
      Settings.CLUSTER_PEERS.require(peers);
      List<String> repeated = new ArrayList<>();
      repeated.addAll(repeated("id ", peers.stream().map(Peer::id)));
      repeated.addAll(
          repeated("address ", peers.stream().flatMap(peer -> Stream.of(peer.client, peer.peer))));
      if (!repeated.isEmpty()) {
        throw Settings.CLUSTER_PEERS.invalid(
            peers, "must not name anything twice: " + String.join(", ", repeated));
      }
    }

    /** The peer with this id. */
    public Optional<Peer> peer(String id) {
      return peers.stream().filter(peer -> peer.id().equals(id)).findFirst();
    }
  }

  /** One node: its id, its address for clients and its address for peers. */
  public record Peer(String id, HostPort client, HostPort peer) {
    /** Checks each part. */
    public Peer {
      Settings.NODE_ID.require(id);
      requirePort(client);
      requirePort(peer);
    }

    private static void requirePort(HostPort address) {
      if (address.port() == 0) {
        throw new IllegalArgumentException(
            "\"%s\" must be an address with a port from 1 to 65535".formatted(address));
      }
    }
  }

  /**
   * Where this node listens.
   *
   * @param httpHosts by which other names it is asked there
   */
  public record Listen(HostPort client, HostPort peer, HostPort http, List<String> httpHosts) {
    /** Checks that the three addresses differ. */
    public Listen {
      httpHosts = List.copyOf(httpHosts);
      Settings.LISTEN_HTTP_HOSTS.require(httpHosts);
      Settings.LISTEN_CLIENT.require(client);
      Settings.LISTEN_PEER.require(peer);
      Settings.LISTEN_HTTP.require(http);
      if (peer.equals(client)) {
        throw Settings.LISTEN_PEER.invalid(peer, "must differ from `listen.client`");
      }
      if (http.equals(client) || http.equals(peer)) {
        throw Settings.LISTEN_HTTP.invalid(
            http, "must differ from `listen.client` and `listen.peer`");
      }
    }
  }

  /**
   * How the ports are protected.
   *
   * @param client TLS at the client port; plain text if null
   * @param peer TLS between nodes; plain text if null
   * @param insecure accepts plain text at any address
   */
  public record Security(@Nullable ClientTls client, @Nullable PeerTls peer, boolean insecure) {
    private void require(
        Setting<HostPort> listen, HostPort address, @Nullable Record tls, String key) {
      if (tls == null && !insecure && !address.isLoopback()) {
        throw listen.invalid(
            address,
            ("is not a loopback address: set `%1$s.certificate` and the other `%1$s` keys for TLS,"
                    + " or `security.insecure = true` to accept plain text")
                .formatted(key));
      }
    }

    /** This node calls the others, too. */
    /** Whether another node may be called there: by TLS, on this machine, or if it is meant so. */
    public boolean mayCallPeer(HostPort address) {
      return peer != null || insecure || address.isLoopback();
    }

    private void requireForCalls(List<Peer> peers) {
      for (Peer called : peers) {
        if (!mayCallPeer(called.peer())) {
          throw Settings.CLUSTER_PEERS.invalid(
              peers,
              "has %s at %s, which is not a loopback address: set `tls.peer.certificate` and the other `tls.peer` keys for TLS, or `security.insecure = true` to accept plain text"
                  .formatted(called.id(), called.peer()));
        }
      }
    }
  }

  /**
   * The PEM files of the client port, as absolute names.
   *
   * @param clientCa the authorities of clients' certificates; null if clients need none
   */
  public record ClientTls(Path certificate, Path key, @Nullable Path clientCa) {}

  /** The PEM files of the traffic between nodes, as absolute names. */
  public record PeerTls(Path certificate, Path key, Path ca) {}

  /** Elections and the log. */
  public record Raft(
      Duration electionTimeoutMin,
      Duration electionTimeoutMax,
      long logSegmentSizeBytes,
      long purgeMarginEntries) {
    /** Checks that the minimum is below the maximum. */
    public Raft {
      Settings.RAFT_ELECTION_TIMEOUT_MIN.require(electionTimeoutMin);
      Settings.RAFT_ELECTION_TIMEOUT_MAX.require(electionTimeoutMax);
      Settings.RAFT_LOG_SEGMENT_SIZE.require(logSegmentSizeBytes);
      Settings.RAFT_PURGE_MARGIN_ENTRIES.require(purgeMarginEntries);
      if (electionTimeoutMin.compareTo(electionTimeoutMax) >= 0) {
        throw Settings.RAFT_ELECTION_TIMEOUT_MIN.invalid(
            electionTimeoutMin,
            "must be less than `raft.election-timeout-max` = "
                + Settings.RAFT_ELECTION_TIMEOUT_MAX.render(electionTimeoutMax));
      }
    }
  }

  /** When snapshots are taken and how many stay. */
  public record Snapshot(long triggerEntries, long triggerLogBytes, int retained) {
    /** Checks each part. */
    public Snapshot {
      Settings.SNAPSHOT_TRIGGER_ENTRIES.require(triggerEntries);
      Settings.SNAPSHOT_TRIGGER_LOG_BYTES.require(triggerLogBytes);
      Settings.SNAPSHOT_RETAINED.require(retained);
    }
  }

  /** How much is taken at once and how much may wait. */
  public record Limits(
      int batchOps,
      long batchBytes,
      int pendingOps,
      long pendingBytes,
      int accountPendingOps,
      long accountPendingBytes,
      int connections,
      int connectionsPerAddress) {
    /** Checks that a whole batch may wait. */
    public Limits {
      Settings.LIMITS_BATCH_OPS.require(batchOps);
      Settings.LIMITS_BATCH_BYTES.require(batchBytes);
      Settings.LIMITS_PENDING_OPS.require(pendingOps);
      Settings.LIMITS_PENDING_BYTES.require(pendingBytes);
      Settings.LIMITS_ACCOUNT_PENDING_OPS.require(accountPendingOps);
      Settings.LIMITS_ACCOUNT_PENDING_BYTES.require(accountPendingBytes);
      Settings.LIMITS_CONNECTIONS.require(connections);
      Settings.LIMITS_CONNECTIONS_PER_ADDRESS.require(connectionsPerAddress);
      if (pendingOps < batchOps) {
        throw Settings.LIMITS_PENDING_OPS.invalid(
            pendingOps, "must be at least `limits.batch-ops` = " + batchOps);
      }
      if (pendingBytes < batchBytes) {
        throw Settings.LIMITS_PENDING_BYTES.invalid(
            pendingBytes,
            "must be at least `limits.batch-bytes` = "
                + Settings.LIMITS_BATCH_BYTES.render(batchBytes));
      }
    }
  }

  /**
   * Who may administer the cluster, and how patient it is with those who may nothing.
   *
   * @param adminKeySha256 hashes of admin keys, in hexadecimal
   * @param refusalsPerMinute how many an address gets before it is slowed down
   */
  public record Access(List<String> adminKeySha256, int refusalsPerMinute) {
    /** Checks each part. */
    public Access {
      Settings.LIMITS_REFUSALS_PER_MINUTE.require(refusalsPerMinute);
      adminKeySha256 = List.copyOf(adminKeySha256);
      Settings.SECURITY_ADMIN_KEY_SHA256.require(adminKeySha256);
    }
  }

  /**
   * How much free space the node's disk must have.
   *
   * @param freeMinBytes for a start
   * @param stopWritesBytes for puts
   * @param resumeWritesBytes for puts again, once there was less than that
   */
  public record Disk(long freeMinBytes, long stopWritesBytes, long resumeWritesBytes) {
    /** Checks that they rise. */
    public Disk {
      Settings.DISK_FREE_MIN.require(freeMinBytes);
      Settings.DISK_STOP_WRITES.require(stopWritesBytes);
      Settings.DISK_RESUME_WRITES.require(resumeWritesBytes);
      if (freeMinBytes > stopWritesBytes) {
        throw Settings.DISK_FREE_MIN.invalid(
            freeMinBytes,
            "must be at most `disk.stop-writes` = "
                + Settings.DISK_STOP_WRITES.render(stopWritesBytes));
      }
      if (resumeWritesBytes <= stopWritesBytes) {
        throw Settings.DISK_RESUME_WRITES.invalid(
            resumeWritesBytes,
            "must be more than `disk.stop-writes` = "
                + Settings.DISK_STOP_WRITES.render(stopWritesBytes));
      }
    }
  }

  /** How a read makes sure that it is current. */
  public enum ReadMode {
    /** A leader serves reads by itself while a majority keeps its promise not to vote. */
    LEASE,
    /** A majority confirms the leader for every read. */
    QUORUM
  }

  /**
   * How metrics are shown besides over HTTP.
   *
   * @param jmx whether they are beans of the JVM, too
   */
  public record Metrics(boolean jmx) {}

  /** What is logged and how. */
  public record Log(LogLevel level, LogFormat format) {}

  /** The least important messages that are logged. */
  public enum LogLevel {
    /** Only failures. */
    ERROR,
    /** What an operator should look at. */
    WARN,
    /** What the node does. */
    INFO,
    /** How it does it. */
    DEBUG,
    /** Every step. */
    TRACE
  }

  /** How a line of the log is written. */
  public enum LogFormat {
    /** For people. */
    TEXT,
    /** For programs: an object a line. */
    JSON
  }

  private static List<String> repeated(String kind, Stream<?> values) {
    Set<Object> seen = new HashSet<>();
    return values.filter(value -> !seen.add(value)).distinct().map(value -> kind + value).toList();
  }
}
