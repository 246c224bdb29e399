package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code kv-server} in a process of its own, with what it prints in files. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  private ServerProcess(Process process, Path stdout, Path stderr) {
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  static ServerProcess start(Path directory, String... arguments) throws IOException {
    Path stdout = Files.createTempFile(directory, "stdout", ".txt");
    Path stderr = Files.createTempFile(directory, "stderr", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(KvServerMain.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    return new ServerProcess(process, stdout, stderr);
  }

  /** Waits for its end; the exit code. */
  int awaitEnd(int seconds) throws InterruptedException, IOException {
    assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
        .as("the process has ended within %d s; it said %s %s", seconds, stdout(), stderr())
        .isTrue();
    return process.exitValue();
  }

  void terminate() {
    process.destroy();
  }

  String stdout() throws IOException {
    return Files.readString(stdout);
  }

  List<String> stderr() throws IOException {
    return Files.readAllLines(stderr);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
