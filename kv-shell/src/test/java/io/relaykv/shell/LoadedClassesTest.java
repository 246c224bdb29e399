package io.relaykv.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a single command loads: each class more is time that every one of them takes. */
class LoadedClassesTest {
  @TempDir private Path directory;

  @Test
  void aCommandByItselfLoadsNothingOfThePromptAndNoOtherCommand() throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "rk_17_" + FakeCluster.SECRET);
    Path config =
        Files.writeString(
            directory.resolve("client.conf"),
            // Nobody listens there.
            "nodes = [\"127.0.0.1:1\"]\napi-key-file = %s\n".formatted(key.getFileName()));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xlog:class+load",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.relaykv.shell.KvShellMain",
                    "--config",
                    config.toString(),
                    "-t",
                    "100ms",
                    "get",
                    "a"))
            .redirectError(directory.resolve("err").toFile())
            .start();
    String loaded = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(directory.resolve("err"))).isEqualTo(5);
    assertThat(loaded)
        .contains("io.relaykv.shell.command.data.GetCommand ", "io.grpc.ManagedChannel ");
    assertThat(loaded.lines())
        .noneMatch(line -> line.contains(" org.jline.") || line.contains(" picocli.shell."))
        .noneMatch(line -> line.contains(" io.relaykv.shell.prompt.Prompt "))
        .noneMatch(line -> line.contains(" io.relaykv.shell.command.data.PutCommand "))
        .noneMatch(line -> line.contains(" ch.qos.logback."));
  }
}
