package io.relaykv.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.docs.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that talk to each other with the certificates of deploy/certs.sh. */
@Timeout(180)
class PeerTlsIT {
  /** A relative name counts from the node's own directory, where certs.sh has put the files. */
  private static final Map<String, String> PEER_TLS =
      Map.of(
          "tls.peer.certificate", "peer.crt",
          "tls.peer.key", "peer.key",
          "tls.peer.ca", "nodes-ca.crt");

  @TempDir private Path directory;

  @BeforeEach
  void makeCertificates() throws Exception {
    runCerts(directory);
  }

  @Test
  void theyElectALeaderServeAndReplaceIt() {
    try (KvCluster cluster = KvCluster.inProcess(3, directory, PEER_TLS);
        KvClient client = cluster.newClient()) {
      client.put("k", 1);
      String first = cluster.awaitLeader();

      cluster.kill(first);
      cluster.awaitLeaderOtherThan(first);
      client.put("k", 2);
      cluster.start(first);
      cluster.awaitLevel();

      assertThat(client.get("k")).hasValue(KvValue.of(2));
    }
  }

  @Test
  void theyTakeOverCertificatesOfAnotherAuthorityWhileTheyRun() throws Exception {
    try (KvCluster cluster = KvCluster.inProcess(3, directory, PEER_TLS);
        KvClient client = cluster.newClient()) {
      client.put("k", 1);

      Path next = directory.resolve("next");
      runCerts(next);
      for (String node : cluster.nodeIds()) {
        for (String file : PEER_TLS.values()) {
          Files.move(
              next.resolve(node).resolve(file),
              directory.resolve(node).resolve(file),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
      // It knows the next authority only; the others have been told of it by their files alone.
      cluster.stop("n1");
      cluster.start("n1");
      cluster.awaitLevel();
      cluster.stop("n2");
      client.put("k", 2);

      assertThat(client.get("k")).hasValue(KvValue.of(2));
    }
  }

  @Test
  @Tag("thorough")
  void aNodeThatWasAwayWhileAnotherWasAddedFollowsItAsItsLeader() {
    Map<String, String> settings = new HashMap<>(PEER_TLS);
    // The added node must stay the leader, on a busy machine too.
    settings.put("raft.election-timeout-min", "3s");
    settings.put("raft.election-timeout-max", "5s");
    try (KvCluster cluster = KvCluster.inProcess(3, directory, settings);
        KvClient client = cluster.newClient();
        KvAdmin admin = cluster.newAdmin()) {
      String leader = cluster.awaitLeader();
      String away =
          cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
      cluster.stop(away);
      String added = cluster.addNode();
      assertThat(admin.transferLeadership(Optional.of(added))).isEqualTo(added);
      client.put("k", 1);

      cluster.start(away);

      cluster.awaitLevel();
      assertThat(cluster.status().leader().orElseThrow().name()).isEqualTo(added);
    }
  }

  private static void runCerts(Path into) throws IOException, InterruptedException {
    int exitCode =
        new ProcessBuilder(
                "deploy/certs.sh",
                into.toString(),
                "n1=127.0.0.1",
                "n2=127.0.0.1",
                "n3=127.0.0.1",
                "n4=127.0.0.1")
            .directory(Repository.ROOT.toFile())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(exitCode).isZero();
  }
}
