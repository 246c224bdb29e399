package io.relaykv.testkit;

import io.relaykv.server.NodeDirectory;
import io.relaykv.server.config.NodeConfig;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node as a process of its own, on the class path of this JVM. */
final class ProcessNode implements TestNode {
  private static final long STOP_SECONDS = 15;

  private final NodeFiles files;
  private final Surroundings surroundings;
  private @Nullable Process process;
  private boolean paused;

  ProcessNode(NodeFiles files) {
    this(files, Surroundings.PLAIN);
  }

  ProcessNode(NodeFiles files, Surroundings surroundings) {
    this.files = files;
    this.surroundings = surroundings;
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "kill-" + files.id()));
  }

  @Override
  public String id() {
    return files.id();
  }

  @Override
  public String clientAddress() {
    return files.clientAddress();
  }

  @Override
  public String peerAddress() {
    return files.peerAddress();
  }

  @Override
  public String httpAddress() {
    return files.httpAddress();
  }

  @Override
  public Path dataDirectory() {
    return surroundings.fromOutside(files.data());
  }

  @Override
  public boolean isRunning() {
    Process current = process;
    return current != null && current.isAlive();
  }

  @Override
  public boolean isPaused() {
    return paused && isRunning();
  }

  @Override
  public void start() {
    if (isRunning()) {
      throw new IllegalStateException(id() + " runs already");
    }
    paused = false;
    if (files.joins()) {
      process = launch("start", "--join");
      return;
    }
    if (!Files.exists(dataDirectory().resolve("node.properties"))) {
      bootstrap();
    }
    process = launch("start");
  }

  private void bootstrap() {
    if (!dataDirectory().equals(files.data())) {
      int exitCode = waitFor(launch("bootstrap"));
      if (exitCode != 0) {
        throw new IllegalStateException(
            "could not bootstrap %s: exit code %d, see %s".formatted(id(), exitCode, files.log()));
      }
      return;
    }
    // Here, as one more process for each node would take seconds.
    try {
      NodeDirectory.bootstrap(NodeConfig.load(files.configuration(), Map.of(), Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch(String... command) {
    List<String> line = new ArrayList<>(surroundings.commandPrefix());
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Small and quick to start: many nodes share a test machine.
    line.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4"));
    line.addAll(surroundings.jvmArguments());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), surroundings.mainClass()));
    line.addAll(List.of(command));
    line.addAll(List.of("--config", files.configuration().toString()));
    try {
      File log = files.log().toFile();
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
      builder.environment().putAll(surroundings.environment());
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int waitFor(Process process) {
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "process %d did not end within %d s".formatted(process.pid(), STOP_SECONDS));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void stop() {
    Process current = process;
    if (current != null) {
      current.destroy();
      int exitCode = waitFor(current);
      if (exitCode != 0) {
        throw new IllegalStateException(
            "%s stopped with exit code %d, see %s".formatted(id(), exitCode, files.log()));
      }
    }
  }

  @Override
  public void kill() {
    Process current = process;
    if (current != null) {
      current.destroyForcibly();
      waitFor(current);
    }
  }

  @Override
  public void pause() {
    signal("STOP");
    paused = true;
  }

  @Override
  public void resume() {
    signal("CONT");
    paused = false;
  }

  @Override
  public int exitCode() {
    Process current = process;
    if (current == null || current.isAlive()) {
      throw new IllegalStateException(id() + " has not ended");
    }
    return current.exitValue();
  }

  private void signal(String name) {
    Process current = process;
    if (current == null || !current.isAlive()) {
      throw new IllegalStateException(id() + " does not run");
    }
    try {
      int exitCode =
          waitFor(new ProcessBuilder("kill", "-" + name, Long.toString(current.pid())).start());
      if (exitCode != 0) {
        throw new IllegalStateException("kill -%s %s failed".formatted(name, id()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
