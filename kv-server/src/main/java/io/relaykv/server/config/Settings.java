package io.relaykv.server.config;

import io.relaykv.server.config.NodeConfig.LogFormat;
import io.relaykv.server.config.NodeConfig.LogLevel;
import io.relaykv.server.config.NodeConfig.Peer;
import io.relaykv.server.config.NodeConfig.ReadMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Every key of a node, declared once: the loader, the checks and the documentation read it here.
 */
public final class Settings {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;
  private static final long TIB = 1024 * GIB;
  private static final Duration SHORTEST_ELECTION = Duration.ofMillis(100);
  private static final Duration LONGEST_ELECTION = Duration.ofSeconds(60);
  private static final Predicate<String> IS_NAME =
      Pattern.compile("[a-z0-9][a-z0-9-]{0,62}").asMatchPredicate();

  private static final ScalarType<String> NAME =
      ScalarType.text(
          "name", "1 to 63 lower-case letters, digits and inner or final dashes", IS_NAME);
  private static final ScalarType<String> DIRECTORY =
      ScalarType.text("directory", "the name of a directory", text -> !text.isBlank());
  private static final ScalarType<String> PEM_FILE =
      ScalarType.text("file", "the name of a PEM file", text -> !text.isBlank());
  private static final ScalarType<HostPort> PROTECTED_ADDRESS =
      ScalarType.address(
          "an address with a port, such as 127.0.0.1:7400; one that is not a loopback address needs"
              + " TLS, or `security.insecure`",
          address -> address.port() > 0);
  private static final ScalarType<HostPort> ADDRESS =
      ScalarType.address(
          "an address with a port, such as 127.0.0.1:7402, or port 0 for any free one",
          address -> true);

  static final Setting<String> NODE_ID =
      Setting.required("node.id", NAME, "The name of this node, one of `cluster.peers`.");
  static final Setting<String> DATA_DIR =
      Setting.required(
          "data.dir",
          DIRECTORY,
          "Where the node keeps everything. A relative name counts from the directory of the"
              + " configuration file.");
  static final Setting<Boolean> DATA_ALLOW_TEMPORARY =
      Setting.withDefault(
          "data.allow-temporary",
          "false",
          ScalarType.trueOrFalse(),
          "Accepts a `data.dir` that the operating system cleans. For tests.");
  static final Setting<String> CLUSTER_NAME =
      Setting.withDefault(
          "cluster.name",
          "relaykv",
          NAME,
          "The name of the cluster, the same on all its nodes. Clusters are told apart by it alone:"
              + " give each one of its own.");
  static final Setting<List<Peer>> CLUSTER_PEERS =
      Setting.required(
          "cluster.peers",
          new PeerListType(),
          "The nodes the cluster starts with: name, address for clients, address for peers. A node"
              + " that is added later lists itself alone.");
  static final Setting<HostPort> LISTEN_CLIENT =
      Setting.withDefault(
          "listen.client",
          "127.0.0.1:7400",
          PROTECTED_ADDRESS,
          "Where applications and operators connect.");
  static final Setting<HostPort> LISTEN_PEER =
      Setting.withDefault(
          "listen.peer", "127.0.0.1:7401", PROTECTED_ADDRESS, "Where the other nodes connect.");
  static final Setting<HostPort> LISTEN_HTTP =
      Setting.withDefault(
          "listen.http",
          "127.0.0.1:7402",
          ADDRESS,
          "Where probes and Prometheus ask, without TLS and without a key.");
  static final Setting<List<String>> LISTEN_HTTP_HOSTS =
      Setting.withDefault(
          "listen.http-hosts",
          List.of(),
          TextListType.hostNames(16),
          "By which names, besides addresses, names without a dot and those of `cluster.peers`, that"
              + " port is asked, such as a reverse proxy's. Others are refused if there is any, or if"
              + " `listen.http` is a loopback address.");
  static final Setting<String> TLS_CLIENT_CERTIFICATE =
      Setting.optional(
          "tls.client.certificate",
          PEM_FILE,
          "The certificate that this node shows to clients, with the intermediate ones after it;"
              + " turns TLS on at `listen.client`. Like those below, a relative name counts from the"
              + " directory of the configuration file, and a changed file is read without a"
              + " restart.");
  static final Setting<String> TLS_CLIENT_KEY =
      Setting.optional(
          "tls.client.key",
          PEM_FILE,
          "The private key of that certificate, in PKCS#8 and not encrypted.");
  static final Setting<String> TLS_CLIENT_CLIENT_CA =
      Setting.optional(
          "tls.client.client-ca",
          PEM_FILE,
          "If set, clients must show a certificate signed by one of these authorities.");
  static final Setting<String> TLS_PEER_CERTIFICATE =
      Setting.optional(
          "tls.peer.certificate",
          PEM_FILE,
          "The certificate that this node shows to the other nodes; it names the node by"
              + " `urn:relaykv:node:ID`. Turns TLS on at `listen.peer` and towards the others.");
  static final Setting<String> TLS_PEER_KEY =
      Setting.optional(
          "tls.peer.key",
          PEM_FILE,
          "The private key of that certificate, in PKCS#8 and not encrypted.");
  static final Setting<String> TLS_PEER_CA =
      Setting.optional(
          "tls.peer.ca",
          PEM_FILE,
          "The authorities of the nodes' certificates. They must sign nothing else.");
  static final Setting<Boolean> SECURITY_INSECURE =
      Setting.withDefault(
          "security.insecure",
          "false",
          ScalarType.trueOrFalse(),
          "Accepts plain text at addresses that others can reach.");
  static final Setting<Duration> RAFT_ELECTION_TIMEOUT_MIN =
      Setting.withDefault(
          "raft.election-timeout-min",
          "1s",
          ScalarType.duration(SHORTEST_ELECTION, LONGEST_ELECTION),
          "A follower that hears nothing for a random time between this and the maximum stands for"
              + " election.");
  static final Setting<Duration> RAFT_ELECTION_TIMEOUT_MAX =
      Setting.withDefault(
          "raft.election-timeout-max",
          "2s",
          ScalarType.duration(SHORTEST_ELECTION, LONGEST_ELECTION),
          "The longest of these times, longer than the minimum.");
  static final Setting<Long> RAFT_LOG_SEGMENT_SIZE =
      Setting.withDefault(
          "raft.log-segment-size",
          "32MiB",
          ScalarType.size(MIB, GIB),
          "The size at which the log starts a new file.");
  static final Setting<Long> RAFT_PURGE_MARGIN_ENTRIES =
      Setting.withDefault(
          "raft.purge-margin-entries",
          "1000",
          ScalarType.longCount("entries", 0, 1_000_000_000),
          "How many of its last entries the log keeps although a snapshot has them too, so that a"
              + " node that was away for a short time needs no snapshot.");
  static final Setting<Long> SNAPSHOT_TRIGGER_ENTRIES =
      Setting.withDefault(
          "snapshot.trigger-entries",
          "200000",
          ScalarType.longCount("entries", 1, 1_000_000_000),
          "A snapshot is taken after this many entries, or up to a fifth fewer: by chance, so that"
              + " not all nodes take theirs at once.");
  static final Setting<Long> SNAPSHOT_TRIGGER_LOG_BYTES =
      Setting.withDefault(
          "snapshot.trigger-log-bytes",
          "256MiB",
          ScalarType.size(MIB, TIB),
          "A snapshot is taken after this much log, or up to a fifth less, if that comes first.");
  static final Setting<Integer> SNAPSHOT_RETAINED =
      Setting.withDefault(
          "snapshot.retained",
          "3",
          ScalarType.count("snapshots", 2, 100),
          "How many snapshots are kept, besides those that are being sent to other nodes.");
  static final Setting<Integer> LIMITS_BATCH_OPS =
      Setting.withDefault(
          "limits.batch-ops",
          "512",
          ScalarType.count("operations", 1, 10_000),
          "The most operations in one log entry.");
  static final Setting<Long> LIMITS_BATCH_BYTES =
      Setting.withDefault(
          "limits.batch-bytes",
          "1MiB",
          ScalarType.size(KIB, 2 * MIB),
          "The most bytes of operations in one log entry.");
  static final Setting<Integer> LIMITS_PENDING_OPS =
      Setting.withDefault(
          "limits.pending-ops",
          "16384",
          ScalarType.count("operations", 1, 1_000_000),
          "How many writes may wait before the node stops reading from its clients.");
  static final Setting<Long> LIMITS_PENDING_BYTES =
      Setting.withDefault(
          "limits.pending-bytes",
          "64MiB",
          ScalarType.size(MIB, 4 * GIB),
          "How many bytes of writes may wait before the node stops reading from its clients.");
  static final Setting<Integer> LIMITS_ACCOUNT_PENDING_OPS =
      Setting.withDefault(
          "limits.account-pending-ops",
          "8192",
          ScalarType.count("operations", 1, 1_000_000),
          "How many writes of one account may wait before the node stops reading from its clients.");
  static final Setting<Long> LIMITS_ACCOUNT_PENDING_BYTES =
      Setting.withDefault(
          "limits.account-pending-bytes",
          "32MiB",
          ScalarType.size(MIB, 4 * GIB),
          "How many bytes of writes of one account may wait before the node stops reading from its"
              + " clients.");
  static final Setting<Integer> LIMITS_CONNECTIONS =
      Setting.withDefault(
          "limits.connections",
          "10000",
          ScalarType.count("connections", 1, 1_000_000),
          "How many connections the client port has at most. Each takes an open file: see `ulimit"
              + " -n`.");
  static final Setting<Integer> LIMITS_CONNECTIONS_PER_ADDRESS =
      Setting.withDefault(
          "limits.connections-per-address",
          "1000",
          ScalarType.count("connections", 1, 1_000_000),
          "How many of them one remote address may have.");
  static final Setting<Integer> LIMITS_REFUSALS_PER_MINUTE =
      Setting.withDefault(
          "limits.refusals-per-minute",
          "100",
          ScalarType.count("refusals", 1, 1_000_000),
          "How many requests without a valid key are answered and written to the audit log, for"
              + " each remote address. Who sends more is slowed down.");
  static final Setting<List<String>> SECURITY_ADMIN_KEY_SHA256 =
      Setting.withDefault(
          "security.admin-key-sha256",
          List.of(),
          TextListType.hashes(4),
          "The hashes of the admin keys, as `kv-server keygen` prints them; several while one is"
              + " being replaced. Without any, nobody can administer the cluster.");
  static final Setting<Long> DISK_FREE_MIN =
      Setting.withDefault(
          "disk.free-min",
          "128MiB",
          ScalarType.size(0, TIB),
          "The free space below which the node does not start; at most `disk.stop-writes`, so that a"
              + " node that refuses puts can start again.");
  static final Setting<Long> DISK_STOP_WRITES =
      Setting.withDefault(
          "disk.stop-writes",
          "1GiB",
          ScalarType.size(0, TIB),
          "The free space below which the node, as the leader, refuses puts.");
  static final Setting<Long> DISK_RESUME_WRITES =
      Setting.withDefault(
          "disk.resume-writes",
          "1280MiB",
          ScalarType.size(0, 2 * TIB),
          "The free space above which it takes puts again; more than `disk.stop-writes`.");
  static final Setting<ReadMode> READ_MODE =
      Setting.withDefault(
          "read.mode",
          "lease",
          ScalarType.oneOf(ReadMode.class),
          "How a read makes sure that it is current: `quorum` asks a majority for each group of"
              + " reads; `lease` does not while a majority keeps its promise not to elect another"
              + " leader. Both are linearizable; `quorum` does not depend on clocks.");
  static final Setting<Duration> VERIFY_INTERVAL =
      Setting.withDefault(
          "verify.interval",
          "24h",
          ScalarType.duration(Duration.ZERO, Duration.ofDays(365)),
          "How often the leader has the replicas compared by itself; 0s for never.");
  static final Setting<Boolean> METRICS_JMX =
      Setting.withDefault(
          "metrics.jmx",
          "false",
          ScalarType.trueOrFalse(),
          "Whether the metrics are beans of the JVM (JMX) too. No port is opened for it.");
  static final Setting<LogLevel> LOG_LEVEL =
      Setting.withDefault(
          "log.level", "info", ScalarType.oneOf(LogLevel.class), "How much the node logs.");
  static final Setting<LogFormat> LOG_FORMAT =
      Setting.withDefault(
          "log.format",
          "text",
          ScalarType.oneOf(LogFormat.class),
          "How the log is written: `text` for people, `json` with an object on each line.");

  private static final List<Setting<?>> ALL =
      List.of(
          NODE_ID,
          DATA_DIR,
          DATA_ALLOW_TEMPORARY,
          CLUSTER_NAME,
          CLUSTER_PEERS,
          LISTEN_CLIENT,
          LISTEN_PEER,
          LISTEN_HTTP,
          LISTEN_HTTP_HOSTS,
          TLS_CLIENT_CERTIFICATE,
          TLS_CLIENT_KEY,
          TLS_CLIENT_CLIENT_CA,
          TLS_PEER_CERTIFICATE,
          TLS_PEER_KEY,
          TLS_PEER_CA,
          SECURITY_INSECURE,
          RAFT_ELECTION_TIMEOUT_MIN,
          RAFT_ELECTION_TIMEOUT_MAX,
          RAFT_LOG_SEGMENT_SIZE,
          RAFT_PURGE_MARGIN_ENTRIES,
          SNAPSHOT_TRIGGER_ENTRIES,
          SNAPSHOT_TRIGGER_LOG_BYTES,
          SNAPSHOT_RETAINED,
          LIMITS_BATCH_OPS,
          LIMITS_BATCH_BYTES,
          LIMITS_PENDING_OPS,
          LIMITS_PENDING_BYTES,
          LIMITS_ACCOUNT_PENDING_OPS,
          LIMITS_ACCOUNT_PENDING_BYTES,
          LIMITS_CONNECTIONS,
          LIMITS_CONNECTIONS_PER_ADDRESS,
          LIMITS_REFUSALS_PER_MINUTE,
          SECURITY_ADMIN_KEY_SHA256,
          DISK_FREE_MIN,
          DISK_STOP_WRITES,
          DISK_RESUME_WRITES,
          READ_MODE,
          VERIFY_INTERVAL,
          METRICS_JMX,
          LOG_LEVEL,
          LOG_FORMAT);

  private Settings() {}

  /** All settings, in the order in which they are best read. */
  public static List<Setting<?>> all() {
    return ALL;
  }

  static List<Setting<String>> pemFiles() {
    return List.of(
        TLS_CLIENT_CERTIFICATE,
        TLS_CLIENT_KEY,
        TLS_CLIENT_CLIENT_CA,
        TLS_PEER_CERTIFICATE,
        TLS_PEER_KEY,
        TLS_PEER_CA);
  }

  static List<String> keys() {
    return ALL.stream().map(Setting::key).toList();
  }

  static Optional<Setting<?>> find(String key) {
    return ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
  }
}
