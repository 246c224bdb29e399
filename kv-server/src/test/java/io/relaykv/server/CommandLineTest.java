package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line in this process; {@link StartFailuresTest} runs it in others. */
class CommandLineTest {
  private final PrintStream realOut = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  private Path directory;
  private NodeSettings settings;

  @BeforeEach
  void captureStdout(@TempDir Path temporary) {
    directory = temporary;
    settings = NodeSettings.in(temporary);
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void releaseStdout() {
    System.setOut(realOut);
  }

  @Test
  void withoutACommandItShowsTheUsage() {
    assertThat(run()).isEqualTo(ExitCodes.USAGE);

    assertThat(err.toString()).contains("Missing required subcommand", "bootstrap", "start");
    assertThat(stdout()).isEmpty();
  }

  @Test
  void anUnknownCommandOrOptionIsAUsageError() {
    assertThat(run("strat")).isEqualTo(ExitCodes.USAGE);
    assertThat(run("start", "--konfig", "x")).isEqualTo(ExitCodes.USAGE);
    assertThat(run("start")).as("without --config").isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("Missing required option: '--config=FILE'");
  }

  @Test
  void helpAndVersionGoToStdout() {
    assertThat(run("--version")).isEqualTo(ExitCodes.OK);
    assertThat(run("start", "--help")).isEqualTo(ExitCodes.OK);

    assertThat(stdout()).contains("kv-server " + Version.CURRENT, "Runs a node until SIGTERM");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void checkConfigSaysThatAConfigurationIsRight() throws IOException {
    assertThat(run("check-config", "--config", settings.write().toString()))
        .isEqualTo(ExitCodes.OK);

    assertThat(stdout()).isEqualToIgnoringNewLines("The configuration of node n1 is right.");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void checkConfigNamesEveryMistake() throws IOException {
    Path file =
        Files.writeString(
            settings.write(),
            "snapshot.retain = 3\nlimits.batch-ops = none\n",
            StandardOpenOption.APPEND);

    assertThat(run("check-config", "--config", file.toString())).isEqualTo(ExitCodes.USAGE);

    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("kv-server: "))
        .anyMatch(line -> line.contains("`snapshot.retain`") && line.contains("snapshot.retained"))
        .anyMatch(line -> line.contains("`limits.batch-ops`"));
    assertThat(stdout()).isEmpty();
  }

  @Test
  void aMissingFileIsOneLine() {
    Path missing = directory.resolve("nowhere.conf");

    assertThat(run("check-config", "--config", missing.toString())).isEqualTo(ExitCodes.USAGE);

    assertThat(err.toString())
        .isEqualToIgnoringNewLines("kv-server: there is no configuration file " + missing);
  }

  @Test
  void configShowsWhatIsSetAndWithEffectiveEverything() throws IOException {
    String file = settings.write().toString();

    assertThat(run("config", "--config", file)).isEqualTo(ExitCodes.OK);
    assertThat(stdout()).contains("cluster.name = test").doesNotContain("snapshot.retained");

    assertThat(run("config", "--effective", "--config", file)).isEqualTo(ExitCodes.OK);
    assertThat(stdout()).contains("snapshot.retained = 3");
  }

  @Test
  void aFlagWinsOverTheFile() throws IOException {
    int exitCode =
        run(
            "config",
            "--config",
            settings.write().toString(),
            "--set",
            "cluster.name=another",
            "--set",
            "snapshot.retained=5");

    assertThat(exitCode).isEqualTo(ExitCodes.OK);
    assertThat(stdout()).contains("cluster.name = another", "snapshot.retained = 5");
  }

  @Test
  void bootstrapMakesTheDirectoryOnce() throws IOException {
    String file = settings.write().toString();

    assertThat(run("bootstrap", "--config", file)).isEqualTo(ExitCodes.OK);
    assertThat(stdout())
        .isEqualToIgnoringNewLines(
            "Made %s for node n1 of cluster test.".formatted(settings.data()));
    assertThat(settings.data().resolve("node.properties")).exists();

    assertThat(run("bootstrap", "--config", file)).isEqualTo(ExitCodes.DATA_REFUSED);
    assertThat(err.toString().lines()).singleElement().asString().contains("is not empty");
  }

  private int run(String... arguments) {
    PrintWriter stderr = new PrintWriter(err, true);
    CommandLine commands = KvServerMain.commandLine();
    commands.setErr(stderr);
    commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    return commands.execute(arguments);
  }

  private String stdout() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
