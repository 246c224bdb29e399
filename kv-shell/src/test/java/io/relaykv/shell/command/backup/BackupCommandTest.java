package io.relaykv.shell.command.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.BackedUpAccount;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import io.relaykv.shell.output.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {
  private static final String SHA256 = "0123456789abcdef".repeat(4);
  private static final BackupInfo INFO =
      new BackupInfo(
          SHA256,
          4_321_000,
          "prod",
          "6e1c",
          "n2",
          1234,
          ShellRunner.NOW,
          List.of(
              new BackedUpAccount(1, "shop", 0, 1, 20_000, 4_000_000),
              new BackedUpAccount(4, "till", 1_000, 2, 1, 3)),
          3,
          20_001,
          4_000_003);
  private static final String REST =
      """
      SHA-256 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

      ACCOUNT  ID  MAX BYTES  API KEYS  KEYS   BYTES
      shop     1   no limit   1         20000  4000000
      till     4   1000       2         1      3
      """;

  private final ShellRunner shell = new ShellRunner();
  private Path file;

  @BeforeEach
  void open(@TempDir Path temp) {
    shell.workingDirectory = temp;
    shell.cluster.backup = Optional.of(INFO);
    file = temp.resolve("there");
  }

  @Test
  void tellsWhatItHasCreated() {
    shell
        .run("backup", "create", "new")
        .is(
            0,
            """
            Created. 2 accounts, 3 API keys and 20,001 keys (3.8 MiB) of cluster prod as of log entry\
             1234, by n2 at 2026-01-02T03:04:05Z.
            """
                + REST,
            "");
    assertThat(shell.cluster.backups).containsExactly("create new");
    assertThat(shell.cluster.connections).allMatch(connection -> connection.startsWith("admin"));
  }

  @Test
  void asJson() {
    String document =
        """
        {"result":"created",\
        "sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",\
        "fileBytes":4321000,"cluster":"prod","clusterId":"6e1c","node":"n2","applied":1234,\
        "createdAt":"2026-01-02T03:04:05Z","apiKeys":3,"keys":20001,"dataBytes":4000003,"accounts":[\
        {"id":1,"name":"shop","maxBytes":null,"apiKeys":1,"keys":20000,"dataBytes":4000000},\
        {"id":4,"name":"till","maxBytes":1000,"apiKeys":2,"keys":1,"dataBytes":3}]}
        """;
    shell.run("-o", "json", "backup", "create", "new").is(0, document, "");
    shell.run("-o", "jsonl", "backup", "create", "new").is(0, document, "");
    assertThat(shell.run("-o", "table", "backup", "create", "new").out())
        .isEqualTo(REST.substring(REST.indexOf("ACCOUNT")));
  }

  @Test
  void replacesNothingUnlessTold() throws IOException {
    Files.writeString(file, "x");
    shell
        .run("backup", "create", "there")
        .is(2, "", "kv-shell: there: exists already\nhint: --replace has it replaced\n");
    assertThat(shell.cluster.backups).isEmpty();
    assertThat(shell.run("backup", "create", "there", "--replace").exitCode()).isZero();
    shell.run("backup", "create", "no/new").is(2, "", "kv-shell: no/new: no such directory\n");
  }

  @Test
  void aDiskThatIsFullIsNamedWithTheFile() {
    shell.cluster.adminFailure =
        Optional.of(
            new UncheckedIOException(
                "/backups/new cannot be written: No space left on device",
                new IOException("No space left on device")));
    shell
        .run("backup", "create", "new")
        .is(2, "", "kv-shell: /backups/new cannot be written: No space left on device\n");
  }

  @Test
  void whatANodeSentInVainIsNoMistakeOfOurs() {
    shell.cluster.adminFailure =
        Optional.of(
            new InvalidBackupException(
                file, 17, "the node has sent parts out of turn; the file was not kept"));
    shell
        .run("backup", "create", "new")
        .is(
            2,
            "",
            "kv-shell: "
                + file
                + ", at byte 17: the node has sent parts out of turn; the file was not kept\n"
                + "hint: take it again\n");
  }

  @Test
  void whatCannotBeCreatedHasItsExitCode() {
    shell.cluster.adminFailure =
        Optional.of(new RefusedException("2 backups are under way on this node", List.of()));
    shell
        .run("backup", "create", "new")
        .is(4, "", "kv-shell: 2 backups are under way on this node\n");
    shell.cluster.adminFailure =
        Optional.of(new UnavailableException("create a backup: no leader", List.of()));
    assertThat(shell.run("backup", "create", "new").exitCode()).isEqualTo(5);
  }

  @Test
  void verifyNeedsNoClusterAndSaysWhereAFileIsDamaged() throws IOException {
    Files.writeString(file, "not a backup");
    shell
        .runAsIs("backup", "verify", "there")
        .is(
            7,
            "",
            "kv-shell: "
                + file
                + ", at byte 0: this is no backup of RelayKV: those begin with \"RELAYKVB\"\n");
    shell.runAsIs("backup", "verify", "none").is(2, "", "kv-shell: none: no such file\n");
    assertThat(shell.cluster.connections).isEmpty();
  }

  @Test
  void restores() throws IOException {
    Files.writeString(file, "x");
    shell
        .run("backup", "restore", "there")
        .is(
            0,
            """
            Restored. 2 accounts, 3 API keys and 20,001 keys (3.8 MiB) of cluster prod as of log entry\
             1234, by n2 at 2026-01-02T03:04:05Z.
            """
                + REST,
            "");
    assertThat(shell.cluster.backups).containsExactly("restore there");
    shell.run("backup", "restore", "none").is(2, "", "kv-shell: none: no such file\n");
  }

  @Test
  void aClusterThatIsNotEmptyRefuses() throws IOException {
    Files.writeString(file, "x");
    shell.cluster.adminFailure =
        Optional.of(new RefusedException("the cluster is not empty: it holds ..", List.of()));
    shell
        .run("backup", "restore", "there")
        .is(4, "", "kv-shell: the cluster is not empty: it holds ..\n");
  }

  @Test
  void whatIsHalfRestoredSaysHowToGoOn() throws IOException {
    Files.writeString(file, "x");
    shell.cluster.restoreProgress =
        List.of(
            new BackupProgress(BackupProgress.Phase.CHECKING, 5, 9, 7),
            new BackupProgress(BackupProgress.Phase.RESTORING, 5, 9, 7));
    shell.cluster.adminFailure =
        Optional.of(new OutcomeUnknownException("restore part 2: no answer", List.of()));
    shell
        .run("backup", "restore", "there")
        .is(
            6,
            "",
            """
            the restore is not finished, and until it is nobody is served; to go on: kv-shell backup\
             restore there
            kv-shell: restore part 2: no answer
            hint: it may or may not have been applied; look first: kv-shell status
            """);
  }

  @Test
  void aDamagedFileIsNotRestored() throws IOException {
    Files.writeString(file, "x");
    shell.cluster.adminFailure = Optional.of(new InvalidBackupException(file, 17, "it is damaged"));
    shell
        .run("backup", "restore", "there")
        .is(2, "", "kv-shell: " + file + ", at byte 17: it is damaged\n");
  }

  @Test
  void progressIsALineASecond() {
    StringWriter told = new StringWriter();
    AtomicLong now = new AtomicLong();
    BackupProgressLines progress =
        new BackupProgressLines(new Progress(new PrintWriter(told), false), now::get);
    now.set(900_000_000L);
    progress.accept(new BackupProgress(BackupProgress.Phase.CREATING, 100, 0, 5_000));
    now.set(1_000_000_000L);
    progress.accept(new BackupProgress(BackupProgress.Phase.CREATING, 1_000, 0, 5 << 20));
    now.set(1_999_999_999L);
    progress.accept(new BackupProgress(BackupProgress.Phase.CHECKING, 1_000, 4_000, 5 << 20));
    now.set(2_999_999_999L);
    progress.accept(new BackupProgress(BackupProgress.Phase.CHECKING, 3_000, 4_000, 5 << 20));
    assertThat(progress.isRestoring()).isFalse();
    now.set(3_999_999_999L);
    progress.accept(new BackupProgress(BackupProgress.Phase.RESTORING, 500, 4_000, 1 << 20));
    now.set(5_999_999_999L);
    progress.accept(new BackupProgress(BackupProgress.Phase.RESTORING, 1_500, 4_000, 2 << 20));
    assertThat(progress.isRestoring()).isTrue();
    assertThat(told)
        .hasToString(
            """
            creating: 1,000 keys, 5.0 MiB
            checking the file: 3,000 keys, 5.0 MiB, 2,000/s, 1 s left
            restoring: 500 keys, 1.0 MiB
            restoring: 1,500 keys, 2.0 MiB, 500/s, 5 s left
            """);
  }

  @Test
  void aCommandMustBeNamed() {
    ShellRunner.Result result = shell.run("backup");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("create", "verify", "restore");
  }
}
