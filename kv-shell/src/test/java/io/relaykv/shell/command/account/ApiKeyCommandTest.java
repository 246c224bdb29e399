package io.relaykv.shell.command.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.UnavailableException;
import io.relaykv.shell.FakeCluster;
import io.relaykv.shell.ShellRunner;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyCommandTest {
  private static final String KEY = "rk_17_" + FakeCluster.SECRET;
  private final ShellRunner shell = new ShellRunner();
  @TempDir private Path directory;

  @BeforeEach
  void workInAnEmptyDirectory() {
    shell.workingDirectory = directory;
  }

  private ShellRunner.Result create(String... more) {
    return shell.run(
        Stream.concat(
                Stream.of("apikey", "create", "--account", "shop", "--allow", "read,write"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void printsTheKeyAndNothingElse() {
    create().is(0, KEY + "\n", "");
    assertThat(shell.cluster.apiKeys.get(17L).rights()).hasSize(2);
  }

  @Test
  void createReportsInOtherFormats() {
    String json =
        "{\"id\":17,\"account\":\"shop\",\"rights\":[\"read\",\"write\"],\"enabled\":true,"
            + "\"expires\":\"2026-02-01T03:04:05Z\",\"label\":\"till\","
            + "\"createdAt\":\"2026-01-02T03:04:05Z\",\"key\":\""
            + KEY
            + "\"}\n";
    create("-o", "json", "--expires", "30d", "--label", "till").is(0, json, "");
    assertThat(create("-o", "jsonl").out())
        .contains("\"expires\":null", "\"key\":\"rk_18_")
        .hasLineCount(1);
    assertThat(create("-o", "table").out())
        .isEqualTo("ID  ACCOUNT  KEY\n19  shop     rk_19_" + FakeCluster.SECRET + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "30d,2026-02-01T03:04:05Z",
    "12h,2026-01-02T15:04:05Z",
    "90m,2026-01-02T04:34:05Z",
    "5s,2026-01-02T03:04:10Z",
    "2030-01-31T00:00:00Z,2030-01-31T00:00:00Z",
    "2030-01-31T00:00:00+01:00,2030-01-30T23:00:00Z"
  })
  void expiry(String text, Instant expected) {
    assertThat(create("--expires", text).exitCode()).isZero();
    assertThat(shell.cluster.apiKeys.get(17L).expires()).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0d",
        "30",
        "-1d",
        "1w",
        "1.5d",
        "d",
        "2030-01-31",
        "2026-01-02T03:04:05Z",
        "2020-01-01T00:00:00Z",
        "tomorrow"
      })
  void whatIsNoTimeToCome(String text) {
    ShellRunner.Result result = create("--expires=" + text);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("kv-shell: --expires: ")
        .endsWith("hint: kv-shell help apikey create\n");
    assertThat(shell.cluster.connections).isEmpty();
  }

  @Test
  void needsAccountAndRights() {
    assertThat(shell.run("apikey", "create", "--allow", "read").err())
        .startsWith("kv-shell: Missing required option: '--account=NAME'");
    assertThat(shell.run("apikey", "create", "--account", "shop").exitCode()).isEqualTo(2);
    ShellRunner.Result admin = shell.run("apikey", "create", "--account", "a", "--allow", "admin");
    assertThat(admin.exitCode()).isEqualTo(2);
    assertThat(admin.err()).contains("'admin' is neither read nor write");
    assertThat(shell.run("apikey", "create", "--account", "a", "--allow", "").exitCode())
        .isEqualTo(2);
  }

  @Test
  void writesTheKeyToAFileOfItsOwner() throws IOException {
    create("-O", "shop.key").is(0, "17\n", "");
    Path file = directory.resolve("shop.key");
    assertThat(file).hasContent(KEY + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(files()).containsExactly("shop.key");
    ShellRunner.Result json = create("-o", "json", "-O", directory.resolve("b.key").toString());
    assertThat(json.out())
        .contains("\"id\":18", "\"file\":\"" + directory.resolve("b.key") + "\"")
        .doesNotContain(FakeCluster.SECRET);
  }

  @Test
  void neverReplacesAFileAndMakesNoKeyThen() throws IOException {
    Path file = Files.writeString(directory.resolve("shop.key"), "mine");
    create("-O", "shop.key")
        .is(2, "", "kv-shell: " + file + ": exists already; it is not overwritten\n");
    assertThat(file).hasContent("mine");
    Path dangling =
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
    assertThat(create("-O", "link").err()).contains("exists already");
    assertThat(dangling).isSymbolicLink();
    create("-O", "none/shop.key")
        .is(2, "", "kv-shell: " + directory.resolve("none/shop.key") + ": no such directory\n");
    assertThat(shell.cluster.connections).isEmpty();
    assertThat(files()).containsExactlyInAnyOrder("shop.key", "link");
  }

  @Test
  void leavesNoFileIfThereIsNoKey() throws IOException {
    shell.cluster.adminFailure = Optional.of(new UnavailableException("no leader", List.of()));
    assertThat(create("-O", "shop.key").exitCode()).isEqualTo(5);
    assertThat(files()).isEmpty();
  }

  @Test
  void deletesAKeyThatItCannotWrite() throws IOException {
    Path file = directory.resolve("shop.key");
    shell.cluster.whenKeyIsMade = () -> write(file, "meanwhile");
    create("-O", "shop.key")
        .is(
            10,
            "",
            "kv-shell: %s: exists already; it is not overwritten; API key 17 was deleted again\n"
                .formatted(file));
    assertThat(shell.cluster.apiKeys).isEmpty();
    assertThat(file).hasContent("meanwhile");
    assertThat(files()).containsExactly("shop.key");
  }

  @Test
  void saysThatAKeyRemainsWhoseSecretIsLost() {
    Path file = directory.resolve("shop.key");
    shell.cluster.whenKeyIsMade =
        () -> {
          write(file, "meanwhile");
          shell.cluster.adminFailure =
              Optional.of(new UnavailableException("no leader", List.of()));
        };
    create("-O", "shop.key")
        .is(
            10,
            "",
            """
            kv-shell: %s: exists already; it is not overwritten; API key 17 is there, its secret is lost
            hint: kv-shell apikey delete 17
            """
                .formatted(file));
  }

  @Test
  void deletesAKeyThatItCannotPrint() {
    shell.stdoutIsBroken = true;
    shell.brokenStdout =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    create()
        .is(
            10,
            "",
            "kv-shell: cannot write the results: Broken pipe; API key 17 was deleted again\n");
    assertThat(shell.cluster.apiKeys).isEmpty();
  }

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void lists() {
    create("--label", "till \u001b[2J", "--expires", "30d");
    shell.run("apikey", "create", "--account", "app", "--allow", "read");
    shell.run("apikey", "disable", "18");
    shell
        .run("apikey", "list")
        .is(
            0,
            """
            ID  ACCOUNT  ALLOWS      ENABLED  EXPIRES               CREATED               LABEL
            17  shop     read,write  yes      2026-02-01T03:04:05Z  2026-01-02T03:04:05Z  till \\u001b[2J
            18  app      read        no       never                 2026-01-02T03:04:05Z \s
            """,
            "");
    shell
        .run("-o", "json", "apikey", "list", "--account", "app")
        .is(
            0,
            "[{\"id\":18,\"account\":\"app\",\"rights\":[\"read\"],\"enabled\":false,"
                + "\"expires\":null,\"label\":\"\",\"createdAt\":\"2026-01-02T03:04:05Z\"}]\n",
            "");
    assertThat(shell.run("-o", "jsonl", "apikey", "list").out().lines()).hasSize(2);
  }

  @Test
  void disablesEnablesAndDeletesInSilence() {
    create();
    shell.run("apikey", "disable", "17").is(0, "", "");
    assertThat(shell.cluster.apiKeys.get(17L).enabled()).isFalse();
    shell.run("apikey", "enable", "rk_17").is(0, "", "");
    assertThat(shell.cluster.apiKeys.get(17L).enabled()).isTrue();
    shell
        .run("-o", "json", "apikey", "disable", "17")
        .is(0, "{\"id\":17,\"result\":\"disabled\"}\n", "");
    shell.run("-o", "table", "apikey", "enable", "17").is(0, "ID  RESULT\n17  enabled\n", "");
    shell.run("apikey", "delete", "rk_17").is(0, "", "");
    assertThat(shell.cluster.apiKeys).isEmpty();
    shell.run("apikey", "delete", "17").is(4, "", "kv-shell: there is no API key 17\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "x", "-17", "rk_", "rk_17_", "rk_17_0123456789abcdef", "RK_17"})
  void whatIsNoIdIsNotRepeated(String id) {
    ShellRunner.Result result = shell.run("apikey", "disable", "--", id);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("this is no id of an API key, such as 17 or rk_17")
        .doesNotContain("0123456789abcdef");
  }
}
