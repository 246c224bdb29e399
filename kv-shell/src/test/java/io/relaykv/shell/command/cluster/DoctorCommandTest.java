package io.relaykv.shell.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.ClusterMember;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NodeStatus.Role;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.shell.FakeCluster;
import io.relaykv.shell.ShellRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @TempDir private Path directory;

  @BeforeEach
  void aHealthyClusterAndItsFiles() throws IOException {
    shell.workingDirectory = directory;
    write(
        "client.conf",
        "nodes = [\"db1:7400\", \"db2:7400\"]\napi-key-file = app.key\ninsecure = true\n");
    write("admin.conf", "nodes = [\"db1:7400\"]\napi-key-file = admin.key\ninsecure = true\n");
    write("app.key", "rk_17_" + FakeCluster.SECRET + "\n");
    write("admin.key", "rk_admin_" + FakeCluster.SECRET + "\n");
    shell.cluster.status = new ClusterStatus(List.of(up(1).node(), up(2).node(), up(3).node()));
    shell.cluster.members.clear();
    member(1, 0);
    member(2, 20);
    member(3, 20);
  }

  @Test
  void nothingToMend() {
    ShellRunner.Result result = doctor();
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("Healthy. Nothing to mend in 23 checks.\n\nCHECK ")
        .containsPattern("\nconfiguration +\\S+client.conf +ok +names 2 nodes\n")
        .containsPattern("\nkey file +\\S+admin.key +ok +rw-------\n")
        .containsPattern("\nAPI key +rk_17 +ok +opens its account\n")
        .containsPattern("\nclient port +n2 +ok +answers at db2:7400\n")
        .containsPattern("\nleader +cluster +ok +n1, in term 7\n")
        .containsPattern("\npeer port +n3 +ok +the leader hears from it at db3:7401\n")
        .containsPattern("\nclock +this machine +ok +less than 1.0 s off\n")
        .containsPattern("\nversion +cluster +ok +0.1.0 on all that answer\n");
  }

  @Test
  void aNodeIsDown() {
    cluster(up(1).node(), up(2).node(), down(3));
    member(3, 12_300);
    ShellRunner.Result result = doctor();
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.out())
        .startsWith(
            """
            Unhealthy. 2 problems in 20 checks.
            n3, client port: db3:7400: connection refused: is it running?
              Next: start the node, or mend the way to db3:7400
            n3, peer port: the leader n1 has not heard from it for 12.3 s
              Next: if the node is up, see that n1 reaches db3:7401, and the other way round

            """);
  }

  @Test
  void noLeader() {
    cluster(up(1).role(Role.CANDIDATE).leader("").node(), down(2), down(3));
    assertThat(doctor().out())
        .contains("cluster, leader: there is none\n  Next: bring back a majority of the nodes;");
  }

  @Test
  void aNodeThatHasNotFoundTheLeader() {
    cluster(up(1).node(), up(2).leader("").node(), up(3).node());
    problem("n2, leader: has not found it");
  }

  @Test
  void theLeaderChanges() {
    shell.cluster.laterStatus =
        Optional.of(
            new ClusterStatus(List.of(up(1).term(9).node(), up(2).term(9).node(), up(3).node())));
    warning("cluster, leader: n1 leads, and the term went from 7 to 9 within 0.0 s");
  }

  @Test
  void aNodeThatIsBehind() {
    cluster(up(1).node(), up(2).applied(3_999).node(), up(3).node());
    warning("n2, lag: 1001 log entries behind");
  }

  @Test
  void disksThatFillUp() {
    cluster(up(1).node(), up(2).diskFree(9L << 30).node(), up(3).diskFree(1L << 29).node());
    warningAndProblem(
        "n3, disk: 0.5 GiB free of 100.0 GiB; as the leader it refuses puts",
        "n2, disk: 9.0 GiB free of 100.0 GiB");
  }

  @Test
  void clocksThatDisagree() {
    cluster(up(1).ahead(20).node(), up(2).ahead(-1_480).node(), up(3).ahead(-20).node());
    warning("n2, clock: 1.5 s behind the others");
    cluster(up(1).ahead(20).node(), up(2).ahead(0).node(), up(3).ahead(61_000).node());
    problem("n3, clock: 61.0 s ahead of the others");
    cluster(up(1).ahead(5_000).node(), up(2).ahead(5_100).node(), up(3).ahead(4_900).node());
    warning("this machine, clock: 5.0 s behind the nodes");
  }

  @Test
  void nodesThatDoNotTellTheirTime() {
    cluster(up(1).noClock().node(), up(2).noClock().node(), up(3).noClock().node());
    assertThat(doctor().out()).startsWith("Healthy.").doesNotContain("clock");
  }

  @Test
  void versionsThatDiffer() {
    cluster(up(1).node(), up(2).version("0.2.0").node(), up(3).node());
    warning("cluster, version: 0.1.0 on n1, n3; 0.2.0 on n2");
  }

  @Test
  void aReplicaThatDiffers() {
    shell.cluster.check =
        new ReplicaCheck(
            77,
            List.of(
                new NodeCheck.Hashed("n1", "db1:7400", "aa"),
                new NodeCheck.Hashed("n2", "db2:7400", "bb"),
                new NodeCheck.Hashed("n3", "db3:7400", "aa")));
    problem("n2, replicas: not the same as the others, as of log entry 77");
  }

  @Test
  void aKeyThatOthersCanRead() throws IOException {
    Files.setPosixFilePermissions(
        directory.resolve("admin.key"), PosixFilePermissions.fromString("rw-r--r--"));
    problem("admin.key, key file: rw-r--r--: others on this machine can read the key");
  }

  @Test
  void aConfigurationThatIsWrong() throws IOException {
    write("client.conf", "node = [\"db1:7400\"]\n");
    problem("client.conf, configuration: " + directory + "/client.conf: line 1: unknown key node;");
  }

  @Test
  void aKeyThatIsNotValid() {
    shell.cluster.failures.put("", new NotAllowedException("the API key is not valid", List.of()));
    problem("rk_17, API key: the API key is not valid\n  Next: kv-shell apikey list");
    shell.cluster.failures.put(
        "", new NotAllowedException("the API key does not allow reading", List.of()));
    assertThat(doctor().out())
        .startsWith("Healthy.")
        .containsPattern("\nAPI key +rk_17 +ok +is valid, for writing alone\n");
  }

  @Test
  void withoutAnAdminKey() {
    shell.cluster.adminKey = false;
    problem("cluster, admin key: the nodes cannot be asked: this is an API key of an account");
  }

  @Test
  void inOtherFormats() {
    cluster(up(1).node(), up(2).applied(3_999).node(), up(3).node());
    ShellRunner.Result json = shell.runAsIs(arguments("-o", "json", "doctor", "--observe", "1ms"));
    KvValue document = KvValue.parse(json.out().trim());
    assertThat(document.get("healthy")).hasValue(KvValue.of(true));
    assertThat(document.get("warnings")).hasValue(KvValue.of(1));
    assertThat(json.out())
        .contains(
            "{\"check\":\"lag\",\"about\":\"n2\",\"level\":\"warning\",\"found\":\"1001 log entries"
                + " behind\",\"next\":\"wait: ");
    assertThat(shell.runAsIs(arguments("-o", "jsonl", "doctor", "--observe", "1ms")).out().lines())
        .hasSize(23);
    assertThat(shell.runAsIs(arguments("-o", "table", "doctor", "--observe", "1ms")).out())
        .startsWith("CHECK  ");
  }

  private void problem(String line) {
    ShellRunner.Result result = doctor();
    assertThat(result.out()).startsWith("Unhealthy. 1 problem in ").contains(line);
    assertThat(result.exitCode()).isEqualTo(7);
  }

  private void warning(String line) {
    ShellRunner.Result result = doctor();
    assertThat(result.out()).startsWith("Healthy. 1 warning in ").contains("\n" + line);
    assertThat(result.exitCode()).isZero();
  }

  private void warningAndProblem(String problem, String warning) {
    assertThat(doctor().out())
        .startsWith("Unhealthy. 1 problem and 1 warning in ")
        .containsSubsequence(problem, warning);
  }

  private ShellRunner.Result doctor() {
    return shell.runAsIs(arguments("doctor", "--observe", "1ms"));
  }

  private String[] arguments(String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "--config";
    all[1] = directory.resolve("client.conf").toString();
    System.arraycopy(args, 0, all, 2, args.length);
    return all;
  }

  private void write(String file, String text) throws IOException {
    Path path = Files.writeString(directory.resolve(file), text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  private void cluster(NodeStatus... nodes) {
    shell.cluster.status = new ClusterStatus(List.of(nodes));
  }

  private void member(int number, long silentMs) {
    String db = "db" + number;
    shell.cluster.members.put(
        "n" + number,
        new ClusterMember(
            "n" + number, db + ":7400", db + ":7401", number == 1, 0, Duration.ofMillis(silentMs)));
  }

  private static NodeStatus down(int number) {
    return new NodeStatus.Unreachable(
        "n" + number, "db" + number + ":7400", "connection refused: is it running?");
  }

  private static UpNode up(int number) {
    return new UpNode(number);
  }

  /** A node that is well but for what is said. */
  private static final class UpNode {
    private final int number;
    private Role role;
    private String leader = "n1";
    private long term = 7;
    private long applied = 5_000;
    private long diskFree = 50L << 30;
    private String version = "0.1.0";
    private Optional<Duration> ahead = Optional.of(Duration.ofMillis(3));

    UpNode(int number) {
      this.number = number;
      this.role = number == 1 ? Role.LEADER : Role.FOLLOWER;
    }

    UpNode role(Role other) {
      role = other;
      return this;
    }

    UpNode leader(String other) {
      leader = other;
      return this;
    }

    UpNode term(long other) {
      term = other;
      return this;
    }

    UpNode applied(long other) {
      applied = other;
      return this;
    }

    UpNode diskFree(long bytes) {
      diskFree = bytes;
      return this;
    }

    UpNode version(String other) {
      version = other;
      return this;
    }

    UpNode ahead(long millis) {
      ahead = Optional.of(Duration.ofMillis(millis));
      return this;
    }

    UpNode noClock() {
      ahead = Optional.empty();
      return this;
    }

    NodeStatus node() {
      return new NodeStatus.Up(
          "n" + number,
          "db" + number + ":7400",
          version,
          "prod",
          role,
          Optional.of(leader).filter(name -> !name.isEmpty()),
          term,
          applied,
          applied,
          100,
          ShellRunner.NOW,
          diskFree,
          100L << 30,
          diskFree < 1L << 30,
          false,
          ahead,
          1,
          1);
    }
  }
}
