package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.relaykv.protocol.ApiKeyText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  private int keygen(String... more) {
    String[] args = new String[more.length + 1];
    args[0] = "keygen";
    System.arraycopy(more, 0, args, 1, more.length);
    return KvServerMain.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  /** The hash in a configuration of that line. */
  private static String hash(String line) {
    return ConfigFactory.parseString(line).getStringList("security.admin-key-sha256").get(0);
  }

  private static String hashOf(String key) {
    ApiKeyText text = ApiKeyText.parse(key);
    assertThat(text.isAdmin()).isTrue();
    return HexFormat.of().formatHex(text.secretSha256());
  }

  @Test
  void printsTheKeyFirstAndThenTheLine() {
    assertThat(keygen()).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).isEmpty();
    assertThat(hash(lines.get(2))).isEqualTo(hashOf(lines.get(0)));
  }

  @Test
  void writesTheKeyToAFileOfItsOwnerAndPrintsTheLineAlone() throws IOException {
    Path file = directory.resolve("admin.key");
    assertThat(keygen("-O", file.toString())).isZero();
    String written = Files.readString(file);
    assertThat(written).endsWith("\n").hasLineCount(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            "security.admin-key-sha256 = [\"" + hashOf(written.strip()) + "\"]\n");
  }

  @Test
  void noTwoKeysAreTheSame() {
    keygen();
    keygen();
    assertThat(out.toString().lines().filter(line -> line.startsWith("rk_")).distinct()).hasSize(2);
  }

  @Test
  void neverOverwrites() throws IOException {
    Path file = Files.writeString(directory.resolve("admin.key"), "mine");
    assertThat(keygen("-O", file.toString())).isEqualTo(ExitCodes.START_FAILED);
    assertThat(file).hasContent("mine");
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "kv-server: " + file + " exists already; it is not overwritten\n");
  }

  @Test
  void saysThatThereIsNoDirectory() {
    assertThat(keygen("-O", directory.resolve("none/admin.key").toString()))
        .isEqualTo(ExitCodes.START_FAILED);
    assertThat(err.toString()).contains("there is no such directory");
  }
}
