package io.relaykv.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs command lines against a {@link FakeCluster}. */
final class ShellRunner {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  final FakeCluster cluster = new FakeCluster();
  final Map<String, String> variables = new HashMap<>();
  Path workingDirectory = Path.of("/nowhere/work");
  Path homeDirectory = Path.of("/nowhere/home");
  byte[] stdin = {};
  boolean terminal;
  OutputStream brokenStdout = OutputStream.nullOutputStream();
  boolean stdoutIsBroken;

  /** Runs one command line, with the cluster named by a flag. */
  Result run(String... args) {
    List<String> all = new ArrayList<>(List.of("--nodes", "localhost:7400"));
    all.addAll(List.of("--api-key-file", "key"));
    all.addAll(List.of(args));
    return runAsIs(all.toArray(String[]::new));
  }

  /** Runs exactly this command line. */
  Result runAsIs(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ShellEnvironment environment =
        new ShellEnvironment(
            new ByteArrayInputStream(stdin),
            stdoutIsBroken ? brokenStdout : out,
            err,
            terminal,
            variables,
            workingDirectory,
            homeDirectory,
            Clock.fixed(NOW, ZoneOffset.UTC),
            cluster);
    int exitCode = new KvShell(environment).run(args);
    assertThat(cluster.open).as("clients left open").isZero();
    return new Result(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** What a command line did. */
  record Result(int exitCode, String out, String err) {
    void is(int wantedExitCode, String wantedOut, String wantedErr) {
      assertThat(this).isEqualTo(new Result(wantedExitCode, wantedOut, wantedErr));
    }
  }
}
