package io.relaykv.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.relaykv.server.config.NodeConfig.LogLevel;
import io.relaykv.server.config.NodeConfig.Peer;
import io.relaykv.server.config.NodeConfig.ReadMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigLoadTest {
  private static final Map<String, String> NONE = Map.of();
  private static final String MINIMAL =
      """
      node.id = n1
      data.dir = data
      data.allow-temporary = true
      cluster.peers = [
        {id = n1, client = "127.0.0.1:7400", peer = "127.0.0.1:7401"},
        {id = n2, client = "127.0.0.1:7410", peer = "127.0.0.1:7411"}]
      """;

  private Path file;

  @BeforeEach
  void nameTheFile(@TempDir Path directory) {
    file = directory.resolve("n1.conf");
  }

  @Test
  void fillsInTheDefaults() {
    NodeConfig config = load(MINIMAL);

    assertThat(config.nodeId()).isEqualTo("n1");
    assertThat(config.dataDir()).isEqualTo(file.resolveSibling("data"));
    assertThat(config.cluster().name()).isEqualTo("relaykv");
    assertThat(config.cluster().peers()).extracting(Peer::id).containsExactly("n1", "n2");
    assertThat(config.listen())
        .isEqualTo(
            new NodeConfig.Listen(
                address("127.0.0.1:7400"),
                address("127.0.0.1:7401"),
                address("127.0.0.1:7402"),
                List.of()));
    assertThat(config.raft())
        .isEqualTo(
            new NodeConfig.Raft(Duration.ofSeconds(1), Duration.ofSeconds(2), 32 << 20, 1_000));
    assertThat(config.snapshot()).isEqualTo(new NodeConfig.Snapshot(200_000, 256 << 20, 3));
    assertThat(config.limits())
        .isEqualTo(
            new NodeConfig.Limits(512, 1 << 20, 16_384, 64 << 20, 8_192, 32 << 20, 10_000, 1_000));
    assertThat(config.disk()).isEqualTo(new NodeConfig.Disk(128 << 20, 1 << 30, 1280 << 20));
    assertThat(config.readMode()).isEqualTo(ReadMode.LEASE);
    assertThat(config.verifyInterval()).isEqualTo(Duration.ofDays(1));
    assertThat(config.metrics().jmx()).isFalse();
    assertThat(config.log())
        .isEqualTo(new NodeConfig.Log(LogLevel.INFO, NodeConfig.LogFormat.TEXT));
  }

  @Test
  void readsNestedKeysLikeFlatOnes() {
    NodeConfig config = load(MINIMAL + "raft { election-timeout-min = 300ms }");

    assertThat(config.raft().electionTimeoutMin()).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void takesFlagsBeforeTheEnvironmentBeforeTheFile() {
    String text = MINIMAL + "cluster.name = file\nlog.level = warn\nsnapshot.retained = 4\n";
    Map<String, String> env =
        Map.of("RELAYKV_CLUSTER_NAME", "env", "RELAYKV_LOG_LEVEL", "error", "HOME", "/root");

    NodeConfig config = load(text, env, Map.of("cluster.name", "flag"));

    assertThat(config.cluster().name()).isEqualTo("flag");
    assertThat(config.log().level()).isEqualTo(LogLevel.ERROR);
    assertThat(config.snapshot().retained()).isEqualTo(4);
  }

  @Test
  void mapsDotsAndDashesToUnderscores() {
    NodeConfig config = load(MINIMAL, Map.of("RELAYKV_RAFT_ELECTION_TIMEOUT_MIN", "400ms"), NONE);

    assertThat(config.raft().electionTimeoutMin()).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void takesThePeersAsText() {
    String peers = "[{id = n1, client = \"127.0.0.1:1\", peer = \"[::1]:2\"}]";

    NodeConfig config = load(MINIMAL, NONE, Map.of("cluster.peers", peers));

    assertThat(config.cluster().peers())
        .containsExactly(new Peer("n1", address("127.0.0.1:1"), address("[::1]:2")));
  }

  @Test
  void worksWithoutAFile() {
    NodeConfig config =
        NodeConfig.of(
            Map.of(
                "node.id", "n1",
                "data.dir", "data",
                "data.allow-temporary", "true",
                "cluster.peers", "[{id = n1, client = \"localhost:1\", peer = \"localhost:2\"}]"));

    assertThat(config.dataDir()).isEqualTo(Path.of("data").toAbsolutePath());
  }

  @Test
  void refusesAnUnknownKeyWithItsLineAndASuggestion() {
    assertThat(problems(MINIMAL + "listen.clinet = \"127.0.0.1:1\""))
        .containsExactly(
            "unknown key `listen.clinet` at %s:7; did you mean `listen.client`?".formatted(file));
  }

  @Test
  void refusesAnUnknownKeyWithoutASuggestionWhereNoneIsNear() {
    assertThat(problems(MINIMAL + "colour = blue\nempty = {}\nnothing = null"))
        .containsExactly(
            "unknown key `colour` at %s:7".formatted(file),
            "unknown key `empty` at %s:8".formatted(file),
            "unknown key `nothing` at %s:9".formatted(file));
  }

  @Test
  void refusesUnknownFlagsAndVariables() {
    assertThat(problems(MINIMAL, Map.of("RELAYKV_NODE_IT", "n1"), Map.of("node.di", "n1")))
        .containsExactly(
            "unknown key `node.di` given as a flag; did you mean `node.id`?",
            "unknown environment variable `RELAYKV_NODE_IT`; did you mean `RELAYKV_NODE_ID`?");
  }

  @Test
  void leavesTheVariablesOfTheStartScriptsAlone() {
    Map<String, String> env = Map.of("RELAYKV_CONFIG", "x", "RELAYKV_JAVA_OPTS", "-Xmx1g");

    assertThat(load(MINIMAL, env, NONE).nodeId()).isEqualTo("n1");
  }

  @Test
  void takesNullForUnset() {
    assertThat(load(MINIMAL + "log.level = null").log().level()).isEqualTo(LogLevel.INFO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cluster.name              | Prod     | 1 to 63 lower-case letters, digits and inner or final dashes
          data.allow-temporary      | maybe    | true or false
          raft.election-timeout-min | 99ms     | a duration from 100ms to 60s
          raft.election-timeout-max | 61s      | a duration from 100ms to 60s
          raft.election-timeout-min | soon     | a duration from 100ms to 60s
          raft.log-segment-size     | 1KiB     | a size from 1MiB to 1GiB
          raft.log-segment-size     | -1       | a size from 1MiB to 1GiB
          raft.log-segment-size     | 9999999E | a size from 1MiB to 1GiB
          raft.purge-margin-entries | -1       | a whole number from 0 to 1000000000
          snapshot.trigger-entries  | 0        | a whole number from 1 to 1000000000
          snapshot.retained         | 1        | a whole number from 2 to 100
          snapshot.retained         | 2.5      | a whole number from 2 to 100
          limits.batch-ops          | 10001    | a whole number from 1 to 10000
          disk.free-min             | 2TiB     | a size from 0B to 1TiB
          disk.stop-writes          | 2TiB     | a size from 0B to 1TiB
          disk.resume-writes        | 3TiB     | a size from 0B to 2TiB
          read.mode                 | fast     | one of lease, quorum
          listen.http-hosts         | ["a/b"]  | a list of at most 16 names of hosts in lower-case letters, without ports
          metrics.jmx               | maybe    | true or false
          log.level                 | loud     | one of error, warn, info, debug, trace
          log.format                | xml      | one of text, json
          """)
  void refusesAValueWithKeyLineAndWhatIsAllowed(String key, String value, String allowed) {
    assertThat(problems(MINIMAL + key + " = " + value))
        .containsExactly("`%s` = %s at %s:7 must be %s".formatted(key, value, file, allowed));
  }

  @ParameterizedTest
  @CsvSource({
    "raft.election-timeout-min, 100ms",
    "raft.election-timeout-max, 60s",
    "raft.log-segment-size, 1GiB",
    "raft.purge-margin-entries, 0",
    "snapshot.retained, 2",
    "disk.free-min, 0",
  })
  void acceptsTheEdgesOfARange(String key, String value) {
    assertThat(load(MINIMAL, NONE, Map.of(key, value)).nodeId()).isEqualTo("n1");
  }

  @Test
  void takesNamesForTheHttpPort() {
    assertThat(load(MINIMAL + "listen.http-hosts = [status.example.org]").listen().httpHosts())
        .containsExactly("status.example.org");
  }

  @Test
  void refusesAListWhereOneValueIsExpected() {
    assertThat(problems(MINIMAL + "log.level = [info]"))
        .containsExactly(
            "`log.level` = [\"info\"] at %s:7 must be one of error, warn, info, debug, trace"
                .formatted(file));
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0:7400", "192.168.1.1:7400", "kv.example:7400", "[::]:7400"})
  void listensInPlainTextOnLoopbackOnly(String address) {
    assertThat(problems(MINIMAL, Map.of("RELAYKV_LISTEN_CLIENT", address), NONE))
        .containsExactly(
            ("`listen.client` = \"%s\" in RELAYKV_LISTEN_CLIENT is not a loopback address: set"
                    + " `tls.client.certificate` and the other `tls.client` keys for TLS, or"
                    + " `security.insecure = true` to accept plain text")
                .formatted(address));
    assertThat(problems(MINIMAL + "listen.peer = \"" + address + "\"\nlisten.client = \"[::1]:7\""))
        .singleElement()
        .asString()
        .startsWith("`listen.peer` = \"" + address + "\" at ")
        .contains(" is not a loopback address: set `tls.peer.certificate` and the other ");
  }

  @Test
  void callsOtherNodesInPlainTextOnLoopbackOnly() {
    String away =
        """
        cluster.peers = [
          {id = n1, client = "127.0.0.1:7400", peer = "127.0.0.1:7401"},
          {id = n2, client = "10.0.0.2:7400", peer = "10.0.0.2:7401"}]
        """;

    assertThat(problems(MINIMAL + away))
        .singleElement()
        .asString()
        .contains("has n2 at 10.0.0.2:7401, which is not a loopback address: set `tls.peer");
    assertThat(load(MINIMAL + away + "security.insecure = true").cluster().peers()).hasSize(2);
  }

  @Test
  void listensAnywhereWithTls() {
    String tls =
        """
        listen.client = "0.0.0.0:7400"
        listen.peer = "0.0.0.0:7401"
        tls.client { certificate = client.crt, key = /keys/client.key }
        tls.peer { certificate = peer.crt, key = peer.key, ca = ../ca.crt }
        """;

    NodeConfig config = load(MINIMAL + tls);

    assertThat(config.listen().client()).isEqualTo(address("0.0.0.0:7400"));
    assertThat(config.security())
        .isEqualTo(
            new NodeConfig.Security(
                new NodeConfig.ClientTls(
                    file.resolveSibling("client.crt"), Path.of("/keys/client.key"), null),
                new NodeConfig.PeerTls(
                    file.resolveSibling("peer.crt"),
                    file.resolveSibling("peer.key"),
                    file.getParent().resolveSibling("ca.crt")),
                false));
  }

  @Test
  void listensAnywhereIfToldThatItIsInsecure() {
    NodeConfig config =
        load(
            MINIMAL
                + "security.insecure = true\n"
                + "listen.client = \"0.0.0.0:7400\"\nlisten.peer = \"0.0.0.0:7401\"");

    assertThat(config.security()).isEqualTo(new NodeConfig.Security(null, null, true));
  }

  @Test
  void listensAnywhereForHttpIfItIsWritten() {
    assertThat(load(MINIMAL).listen().http().isLoopback()).isTrue();
    assertThat(load(MINIMAL + "listen.http = \"0.0.0.0:7402\"").listen().http())
        .isEqualTo(address("0.0.0.0:7402"));
  }

  @Test
  void refusesHalfOfATls() {
    assertThat(problems(MINIMAL + "tls.client.client-ca = ca.crt\ntls.peer.key = peer.key"))
        .containsExactly(
            "missing key `tls.client.certificate` and key `tls.client.key`: needed with"
                + " `tls.client.client-ca`",
            "missing key `tls.peer.certificate` and key `tls.peer.ca`: needed with"
                + " `tls.peer.key`");
    assertThat(problems(MINIMAL + "tls.peer { certificate = a, key = b }"))
        .containsExactly("missing key `tls.peer.ca`: needed with `tls.peer.certificate`");
  }

  @Test
  void letsOnlyHttpListenOnAnyFreePort() {
    assertThat(load(MINIMAL, NONE, Map.of("listen.http", "127.0.0.1:0")).listen().http().port())
        .isZero();
    assertThat(problems(MINIMAL, NONE, Map.of("listen.client", "127.0.0.1:0")))
        .singleElement()
        .asString()
        .startsWith(
            "`listen.client` = \"127.0.0.1:0\" given as a flag must be an address with a port");
  }

  @Test
  void refusesOneAddressForTwoListeners() {
    Map<String, String> same =
        Map.of("listen.peer", "127.0.0.1:7400", "listen.http", "127.0.0.1:7400");

    assertThat(problems(MINIMAL, NONE, Map.of("listen.http", "127.0.0.1:7400")))
        .containsExactly(
            "`listen.http` = \"127.0.0.1:7400\" given as a flag must differ from `listen.client`"
                + " and `listen.peer`");
    assertThat(problems(MINIMAL, NONE, same))
        .containsExactly(
            "`listen.peer` = \"127.0.0.1:7400\" given as a flag must differ from `listen.client`");
  }

  @Test
  void refusesAnElectionTimeoutThatIsNotARange() {
    assertThat(problems(MINIMAL + "raft.election-timeout-min = 2s"))
        .containsExactly(
            ("`raft.election-timeout-min` = 2s at %s:7 must be less than"
                    + " `raft.election-timeout-max` = 2s")
                .formatted(file));
  }

  @Test
  void refusesABatchThatMayNotWait() {
    assertThat(problems(MINIMAL + "limits.pending-ops = 100"))
        .containsExactly(
            "`limits.pending-ops` = 100 at %s:7 must be at least `limits.batch-ops` = 512"
                .formatted(file));
    assertThat(problems(MINIMAL + "limits.pending-bytes = 1MiB\nlimits.batch-bytes = 1048577"))
        .containsExactly(
            ("`limits.pending-bytes` = 1MiB at %s:7 must be at least `limits.batch-bytes` ="
                    + " 1048577B")
                .formatted(file));
  }

  @Test
  void refusesANodeThatIsNoPeer() {
    assertThat(problems(MINIMAL, Map.of("RELAYKV_NODE_ID", "n3"), NONE))
        .containsExactly(
            "`node.id` = n3 in RELAYKV_NODE_ID must be the id of one of `cluster.peers`: n1, n2");
  }

  @Test
  void refusesPeersThatShareAnIdOrAnAddress() {
    String peers =
        "[{id = n1, client = \"h:1\", peer = \"h:2\"}, {id = n1, client = \"h:3\", peer = \"h:1\"}]";

    assertThat(problems(MINIMAL, NONE, Map.of("cluster.peers", peers)))
        .containsExactly(
            "`cluster.peers` = [{id = n1, client = \"h:1\", peer = \"h:2\"}, {id = n1, client ="
                + " \"h:3\", peer = \"h:1\"}] given as a flag must not name anything twice: id n1,"
                + " address h:1");
  }

  @Test
  void namesEveryMistakeAmongThePeers() {
    String peers =
        "[{id = n1, clinet = \"h:1\", peer = \"h:2\"}, {id = n2, client = \"h:x\", peer = \"h:1\"},"
            + " {id = n3, peer = \"h:5\"}, {id = N4, client = \"h:6\", peer = \"h:7\"}, 5]";

    assertThat(problems(MINIMAL, NONE, Map.of("cluster.peers", peers)))
        .singleElement()
        .asString()
        .endsWith(
            " given as a flag has mistakes:"
                + " peer 1: unknown key `clinet`; did you mean `client`?;"
                + " peer 2: not host:port: h:x;"
                + " peer 3: missing key `client`;"
                + " peer 4: `node.id` = N4 must be 1 to 63 lower-case letters, digits and inner or"
                + " final dashes;"
                + " peer 5: must be an object with id, client and peer");
  }

  @Test
  void refusesAnEmptyListOfPeers() {
    assertThat(problems(MINIMAL, NONE, Map.of("cluster.peers", "[]")))
        .singleElement()
        .asString()
        .startsWith("`cluster.peers` = \"[]\" given as a flag must be a list such as [{id = n1,");
  }

  @Test
  void reportsEverythingAtOnce() {
    Map<String, String> env = Map.of("RELAYKV_READ_MODE", "fast");

    assertThat(problems("log.levle = info\nsnapshot.retained = 1\n", env, NONE))
        .containsExactly(
            "unknown key `log.levle` at %s:1; did you mean `log.level`?".formatted(file),
            "`snapshot.retained` = 1 at %s:2 must be a whole number from 2 to 100".formatted(file),
            "`read.mode` = fast in RELAYKV_READ_MODE must be one of lease, quorum",
            "missing key `data.dir`: set it in the file, in RELAYKV_DATA_DIR or by a flag",
            "missing key `cluster.peers`: set it in the file, in RELAYKV_CLUSTER_PEERS or by a"
                + " flag",
            "missing key `node.id`: set it in the file, in RELAYKV_NODE_ID or by a flag");
  }

  @Test
  void putsEachProblemOnALineOfTheMessage() {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> load(MINIMAL + "a = 1\nlog.level = \"x\\ny\""));

    assertThat(e.getMessage().lines()).isEqualTo(e.problems()).hasSize(2);
  }

  @Test
  void refusesADataDirectoryThatTheSystemCleans() {
    Map<String, String> durable = Map.of("data.allow-temporary", "false");
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

    assertThat(problems(MINIMAL, NONE, Map.of("data.allow-temporary", "false", "data.dir", "/tmp")))
        .containsExactly(
            "`data.dir` = /tmp given as a flag must not be below /tmp, which is cleaned by the"
                + " operating system");
    assertThat(problems(MINIMAL, NONE, durable))
        .containsExactly(
            ("`data.dir` = data at %s:2 must not be below %s, which is cleaned by the operating"
                    + " system")
                .formatted(file, temporary));
  }

  /** Ratis takes it for two directories, and would use neither. */
  @Test
  void refusesADataDirectoryWithAComma() {
    assertThat(problems(MINIMAL, NONE, Map.of("data.dir", "/srv/a,b/data")))
        .containsExactly(
            "`data.dir` = \"/srv/a,b/data\" given as a flag must have no comma in it, nor in the"
                + " directories above: /srv/a,b/data");
  }

  @Test
  void seesATemporaryDirectoryThroughALink(@TempDir Path target) throws IOException {
    Path link = Path.of("target", "link-" + target.getFileName()).toAbsolutePath();
    Files.createSymbolicLink(link, target);
    try {
      assertThat(DataDirectory.temporaryParent(link.resolve("data"))).isPresent();
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void acceptsADataDirectoryThatStays() {
    Map<String, String> flags =
        Map.of("data.allow-temporary", "false", "data.dir", "/var/lib/../lib/relaykv");

    assertThat(load(MINIMAL, NONE, flags).dataDir()).isEqualTo(Path.of("/var/lib/relaykv"));
  }

  @Test
  void namesAFileThatIsNotThere() {
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> NodeConfig.load(file, NONE, NONE));

    assertThat(e).hasMessage("there is no configuration file " + file);
  }

  @ParameterizedTest
  @CsvSource({"'node.id = [', 1", "'\nnode.id = ${HOME}', 2"})
  void namesTheLineThatIsNotHocon(String text, int line) {
    assertThat(problems(text))
        .singleElement()
        .asString()
        .startsWith("cannot read the configuration: " + file + ": " + line + ": ");
  }

  private NodeConfig load(String text) {
    return load(text, NONE, NONE);
  }

  private NodeConfig load(String text, Map<String, String> env, Map<String, String> flags) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return NodeConfig.load(file, env, flags);
  }

  private List<String> problems(String text) {
    return problems(text, NONE, NONE);
  }

  private List<String> problems(String text, Map<String, String> env, Map<String, String> flags) {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> load(text, env, flags));
    assertThat(e).as("the configuration is refused").isNotNull();
    return e.problems();
  }

  private static HostPort address(String text) {
    return HostPort.parse(text);
  }
}
