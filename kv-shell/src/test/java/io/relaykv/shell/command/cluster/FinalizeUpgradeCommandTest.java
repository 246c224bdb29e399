package io.relaykv.shell.command.cluster;

import io.relaykv.client.RefusedException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FinalizeUpgradeCommandTest {
  private final ShellRunner shell = new ShellRunner();

  private ShellRunner.Result finalizeUpgrade(String... options) {
    String[] words = new String[2 + options.length];
    words[0] = "cluster";
    words[1] = "finalize-upgrade";
    System.arraycopy(options, 0, words, 2, options.length);
    return shell.run(words);
  }

  @Test
  void saysWhatCannotBeUndoneBeforeAndAfter() {
    finalizeUpgrade("--dry-run")
        .is(
            0,
            """
            All members support feature level 2; the cluster is at 1. Once it is at 2, no node can go back to a version that does not support it.
            """,
            "");
    finalizeUpgrade()
        .is(
            0,
            """
            The cluster is at feature level 2, and was at 1. No node can go back to a version that does not support it.
            """,
            "");
  }

  @Test
  void mayBeRepeated() {
    finalizeUpgrade();
    finalizeUpgrade()
        .is(
            0,
            """
            Nothing to do: the cluster is at feature level 2, and its nodes support no newer one.
            """,
            "");
  }

  @Test
  void saysWhoIsNotReady() {
    shell.cluster.adminFailure =
        Optional.of(new RefusedException("n3 has not said what it supports", List.of()));
    finalizeUpgrade().is(4, "", "kv-shell: n3 has not said what it supports\n");
  }
}
