package io.relaykv.shell.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);
  private static final String THIRD = "0000000000000000".repeat(4);

  private final ShellRunner shell = new ShellRunner();

  private static NodeCheck hashed(int number, String digest) {
    return new NodeCheck.Hashed("n" + number, "db" + number + ":7400", digest);
  }

  private static NodeCheck down(int number) {
    return new NodeCheck.Unreachable(
        "n" + number, "db" + number + ":7400", "connection refused: is it running?");
  }

  private static NodeCheck restarted(int number) {
    return new NodeCheck.NoResult("n" + number, "db" + number + ":7400", "it was restarted");
  }

  private static NodeCheck pending(int number, long behind, long bytes) {
    return new NodeCheck.Pending("n" + number, "db" + number + ":7400", behind, bytes);
  }

  private ShellRunner.Result verify(NodeCheck... nodes) {
    shell.cluster.check = new ReplicaCheck(1234, List.of(nodes));
    return shell.run("verify");
  }

  @Test
  void allHoldTheSame() {
    verify(hashed(1, DIGEST), hashed(2, DIGEST), hashed(3, DIGEST))
        .is(
            0,
            """
            Agree. All 3 nodes hold the same as of log entry 1234.

            NODE  ADDRESS   RESULT  DIGEST
            n1    db1:7400  same    0123456789abcdef
            n2    db2:7400  same    0123456789abcdef
            n3    db3:7400  same    0123456789abcdef
            """,
            "");
  }

  @Test
  void theNodeThatDiffersFromTheMajorityIsNamed() {
    verify(hashed(1, DIGEST), hashed(2, OTHER), hashed(3, DIGEST))
        .is(
            7,
            """
            Differ. Not the same as most nodes, as of log entry 1234: n2.
            Next: stop n2, so that it never leads, and replace it by a new node.

            NODE  ADDRESS   RESULT   DIGEST
            n1    db1:7400  same     0123456789abcdef
            n2    db2:7400  differs  fedcba9876543210
            n3    db3:7400  same     0123456789abcdef
            """,
            "");
    NodeCheck[] five = {
      hashed(1, DIGEST), hashed(2, OTHER), hashed(3, DIGEST), hashed(4, THIRD), hashed(5, DIGEST)
    };
    assertThat(verify(five).out())
        .startsWith("Differ. Not the same as most nodes, as of log entry 1234: n2 and n4.\n");
  }

  @Test
  void withoutAMajorityNoNodeIsAccused() {
    verify(hashed(1, DIGEST), hashed(2, OTHER), down(3))
        .is(
            7,
            """
            Differ. The nodes do not hold the same as of log entry 1234, and none of the digests has\
             a majority.
            Next: replace no node yet; see to n3, and verify again: it may show who is right.

            NODE  ADDRESS   RESULT  DIGEST
            n1    db1:7400  ?       0123456789abcdef
            n2    db2:7400  ?       fedcba9876543210
            n3    db3:7400  down    connection refused: is it running?
            """,
            "");
    assertThat(verify(hashed(1, DIGEST), hashed(2, OTHER), hashed(3, THIRD)).out())
        .contains("\nNext: replace no node yet; stop writing,");
  }

  @Test
  void aNodeWithoutAResultIsNotTakenForTheSameAsTheOthers() {
    verify(hashed(1, DIGEST), restarted(2), hashed(3, DIGEST))
        .is(
            7,
            """
            Incomplete. Only 2 of 3 nodes have a result as of log entry 1234; these hold the same.
            Next: see to n2, for the reason in the table, and verify again.

            NODE  ADDRESS   RESULT  DIGEST
            n1    db1:7400  same    0123456789abcdef
            n2    db2:7400  none    it was restarted
            n3    db3:7400  same    0123456789abcdef
            """,
            "");
    assertThat(verify(hashed(1, DIGEST), down(2), pending(3, 7, 0)).out())
        .startsWith("Incomplete. Only 1 of 3 nodes has a result as of log entry 1234.\n")
        .contains("n3    db3:7400  pending  7 entries behind\n");
    assertThat(verify(hashed(1, DIGEST), pending(2, 0, 5 << 20)).out())
        .contains("n2    db2:7400  pending  has hashed 5.0 MiB\n");
  }

  @Test
  void progressGoesToStandardError() {
    shell.cluster.checkProgress =
        List.of(
            new ReplicaCheck(
                9, List.of(hashed(1, DIGEST), pending(2, 0, 5 << 20), pending(3, 20, 0))));
    ShellRunner.Result result = verify(hashed(1, DIGEST), hashed(2, DIGEST), hashed(3, DIGEST));
    assertThat(result.err())
        .isEqualTo("as of log entry 9: n1 done, n2 has hashed 5.0 MiB, n3 20 entries behind\n");
    assertThat(result.out()).startsWith("Agree. ");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void asOneJsonDocument() {
    shell.cluster.check =
        new ReplicaCheck(
            1234,
            List.of(
                hashed(1, DIGEST),
                hashed(2, OTHER),
                hashed(3, DIGEST),
                pending(4, 0, 99),
                down(5)));
    ShellRunner.Result result = shell.run("verify", "-o", "json");
    result.is(
        7,
        """
        {"verdict":"differ","index":1234,"majorityDigest":"%1$s","nodes":[\
        {"name":"n1","address":"db1:7400","result":"same","digest":"%1$s"},\
        {"name":"n2","address":"db2:7400","result":"differs","digest":"%2$s"},\
        {"name":"n3","address":"db3:7400","result":"same","digest":"%1$s"},\
        {"name":"n4","address":"db4:7400","result":"pending","entriesBehind":0,"hashedBytes":99},\
        {"name":"n5","address":"db5:7400","result":"down",\
        "cause":"connection refused: is it running?"}]}
        """
            .formatted(DIGEST, OTHER),
        "");
    assertThat(KvValue.parse(result.out().trim()).get("index"))
        .isEqualTo(Optional.of(KvValue.of(1234)));
    shell.cluster.check = new ReplicaCheck(5, List.of(restarted(1)));
    assertThat(shell.run("verify", "-o", "json").out())
        .startsWith("{\"verdict\":\"incomplete\",\"index\":5,\"majorityDigest\":null,");
    shell.cluster.check = new ReplicaCheck(5, List.of(hashed(1, DIGEST)));
    assertThat(shell.run("verify", "-o", "json").out()).startsWith("{\"verdict\":\"agree\",");
  }

  @Test
  void asJsonLinesAndAsATableAlone() {
    shell.cluster.check = new ReplicaCheck(5, List.of(restarted(1)));
    shell
        .run("verify", "-o", "jsonl")
        .is(
            7,
            """
            {"name":"n1","address":"db1:7400","result":"none","cause":"it was restarted"}
            """,
            "");
    shell
        .run("verify", "-o", "table")
        .is(
            7,
            """
            NODE  ADDRESS   RESULT  DIGEST
            n1    db1:7400  none    it was restarted
            """,
            "");
  }

  @Test
  void withoutALeaderNothingIsVerified() {
    shell.cluster.adminFailure =
        Optional.of(
            new UnavailableException(
                "start a check: no leader took it within 5000 ms; nothing was changed",
                List.of(new NodeFailure("db1:7400", "connection refused"))));
    ShellRunner.Result result = shell.run("verify");
    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("kv-shell: start a check: no leader took it")
        .contains("db1:7400: connection refused");
  }

  @Test
  void leavesNoControlCharactersToATerminal() {
    shell.terminal = true;
    NodeCheck evil = new NodeCheck.NoResult("n\u001b[2J", "db:7400", "cause\nwith\u009b lines");
    ShellRunner.Result result = verify(hashed(1, DIGEST), hashed(2, OTHER), evil);
    assertThat(result.out().replace("\u001b[31m", "").replace("\u001b[0m", ""))
        .doesNotContain("\u001b", "\u009b");
  }
}
