package io.relaykv.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.shell.command.ClusterOptions;
import io.relaykv.shell.environment.ShellEnvironment;
import io.relaykv.shell.environment.Terminals;
import io.relaykv.shell.prompt.Prompt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs command lines against a {@link FakeCluster}. */
public final class ShellRunner {
  public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  public final FakeCluster cluster = new FakeCluster();
  public final Map<String, String> variables = new HashMap<>();
  public Path workingDirectory = Path.of("/nowhere/work");
  public Path homeDirectory = Path.of("/nowhere/home");
  public byte[] stdin = {};
  public boolean terminal;
  public boolean stderrIsTerminal;
  public OutputStream brokenStdout = OutputStream.nullOutputStream();
  public boolean stdoutIsBroken;

  /** Runs one command line, with the cluster named by a flag. */
  public Result run(String... args) {
    return runAsIs(withCluster(args));
  }

  private static String[] withCluster(String... args) {
    List<String> all = new ArrayList<>(List.of("--nodes", "localhost:7400"));
    all.addAll(List.of("--api-key-file", "key"));
    all.addAll(List.of(args));
    return all.toArray(String[]::new);
  }

  /** Runs exactly this command line. */
  public Result runAsIs(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        new KvShell(
                environment(
                    new ByteArrayInputStream(stdin), stdoutIsBroken ? brokenStdout : out, err))
            .run(args);
    assertThat(cluster.open).as("clients left open").isZero();
    return new Result(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** What a command line says before the command, beside the cluster. */
  public static ClusterOptions options(String... args) {
    ClusterOptions options = new ClusterOptions();
    CommandLine command =
        new CommandLine(
            CommandSpec.create().addMixin("options", CommandSpec.forAnnotatedObject(options)));
    command.parseArgs(withCluster(args));
    return options;
  }

  /** All commands. */
  public CommandSpec specification() {
    ShellEnvironment environment =
        environment(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream());
    return commandsOfPrompt(new ClusterOptions()).specification(environment);
  }

  /** What a prompt runs. */
  public static Prompt.Commands commandsOfPrompt(ClusterOptions options) {
    return KvShell.commandsOfPrompt(options);
  }

  /** What a command is run in. */
  public ShellEnvironment environment(InputStream in, OutputStream out, OutputStream err) {
    return new ShellEnvironment(
        in,
        out,
        err,
        new Terminals(false, terminal, stderrIsTerminal),
        variables,
        workingDirectory,
        homeDirectory,
        Clock.fixed(NOW, ZoneOffset.UTC),
        cluster);
  }

  /** What a command line did. */
  public record Result(int exitCode, String out, String err) {
    public void is(int wantedExitCode, String wantedOut, String wantedErr) {
      assertThat(this).isEqualTo(new Result(wantedExitCode, wantedOut, wantedErr));
    }
  }
}
