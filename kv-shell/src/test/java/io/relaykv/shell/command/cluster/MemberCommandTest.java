package io.relaykv.shell.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemberCommandTest {
  private static final String[] ADD_N4 = {"member", "add", "n4", "kv4:7400", "kv4:7401"};

  private final ShellRunner shell = new ShellRunner();

  @Test
  void lists() {
    shell.run(ADD_N4);
    shell
        .run("member", "list")
        .is(
            0,
            """
            NAME  CLIENT ADDRESS  PEER ADDRESS  ROLE      LAG  SILENT
            n1    kv1:7400        kv1:7401      leader    0   \s
            n4    kv4:7400        kv4:7401      follower  3    20 ms
            """,
            "");
    assertThat(shell.run("-o", "jsonl", "member", "list").out())
        .endsWith(
            "{\"name\":\"n4\",\"clientAddress\":\"kv4:7400\",\"peerAddress\":\"kv4:7401\","
                + "\"role\":\"follower\",\"lag\":3,\"silentMs\":20}\n");
  }

  @Test
  void addTellsOnStandardErrorHowFarTheNodeIs() {
    shell.run(ADD_N4).is(0, "", "n4 has not answered yet\nn4 catches up, 1200 log entries to go\n");
    assertThat(shell.cluster.members).containsKey("n4");
  }

  @Test
  void addAndRemoveMayBeRepeated() {
    shell.run(ADD_N4);
    shell.run(ADD_N4).is(0, "", "n4 is a member already\n");
    shell.run("member", "remove", "n4").is(0, "", "");
    shell.run("member", "remove", "n4").is(0, "", "n4 is no member\n");
  }

  @Test
  void theResultIsThereInOtherFormats() {
    assertThat(shell.run("-o", "json", "member", "add", "n4", "kv4:7400", "kv4:7401").out())
        .isEqualTo("{\"name\":\"n4\",\"result\":\"added\"}\n");
    assertThat(shell.run("-o", "json", "member", "add", "n4", "kv4:7400", "kv4:7401").out())
        .isEqualTo("{\"name\":\"n4\",\"result\":\"already a member\"}\n");
    assertThat(shell.run("-o", "json", "member", "remove", "n4").out())
        .isEqualTo("{\"name\":\"n4\",\"result\":\"removed\"}\n");
    assertThat(shell.run("-o", "json", "member", "remove", "n4").out())
        .isEqualTo("{\"name\":\"n4\",\"result\":\"no member\"}\n");
  }

  @Test
  void aRefusalAndAnUnknownOutcomeHaveTheirExitCodes() {
    shell.cluster.adminFailure = Optional.of(new RefusedException("not now", List.of()));
    shell.run(ADD_N4).is(4, "", "kv-shell: not now\n");
    shell.cluster.adminFailure = Optional.of(new OutcomeUnknownException("lost", List.of()));
    shell
        .run("member", "remove", "n4")
        .is(
            6,
            "",
            """
            kv-shell: lost
            hint: it may or may not have been applied; look first: kv-shell member list
            """);
    assertThat(shell.run("leader", "transfer").err()).endsWith("kv-shell leader show\n");
  }

  @Test
  void theLeaderIsShownAndReplaced() {
    shell.run("leader", "show").is(0, "n1\n", "");
    shell.run("leader", "transfer").is(0, "n2\n", "");
    shell.run("leader", "transfer", "n3").is(0, "n3\n", "");
    shell.run("-o", "json", "leader", "transfer", "n1").is(0, "{\"leader\":\"n1\"}\n", "");
  }

  @Test
  void theNamesOfTheCommandsAreToldToWhomGivesNone() {
    assertThat(shell.run("member").exitCode()).isEqualTo(2);
    assertThat(shell.run("member").err()).contains("add", "list", "remove");
    assertThat(shell.run("leader").exitCode()).isEqualTo(2);
    assertThat(shell.run("leader").err()).contains("show", "transfer");
    assertThat(shell.run("member", "add", "n4").exitCode()).isEqualTo(2);
  }
}
