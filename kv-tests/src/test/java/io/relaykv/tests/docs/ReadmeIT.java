package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md and docs/quickstart.md show is run, in the order in which it is shown. */
class ReadmeIT {
  private static final String SOURCE = "kv-tests/src/test/java/io/relaykv/tests/docs/ReadmeIT.java";

  @Test
  void theNewcomersCommandsDoWhatIsSaid(@TempDir Path directory) throws Exception {
    int basePort = freePorts();
    List<String> blocks = Repository.blocks("README.md", "sh");
    assertThat(blocks).hasSize(4);
    try {
      run(blocks.get(0), directory, basePort);
      String session = run(blocks.get(1), directory, basePort);
      assertThat(session.lines().filter("\"hello\""::equals)).hasSize(2);
      assertThat(session).contains("Degraded. 2 of 3 nodes up");
      theJavaExampleRuns(directory.resolve("cluster"), basePort);
      theQuickstartDoesWhatItShows(directory, basePort);
    } finally {
      run(blocks.get(2), directory, basePort);
    }
    assertThat(blocks.get(3)).isEqualTo("./mvnw verify\n");
    assertThat(Repository.read(".ci/run")).contains("./mvnw -B verify");
  }

  /**
   * Each block of commands, on the same cluster, whose dead node its {@code up} starts again. What
   * the page shows after one is among what it has printed, line by line; ".." is anything.
   */
  private static void theQuickstartDoesWhatItShows(Path directory, int basePort) throws Exception {
    String printed = "";
    int ran = 0;
    for (Repository.Block block : Repository.blocks("docs/quickstart.md")) {
      if (block.language().equals("sh")) {
        printed = run(block.text(), directory, basePort);
        ran++;
      } else {
        for (String line : block.text().lines().toList()) {
          assertThat(printed).containsPattern("(?m)^" + quoted(line) + "$");
        }
      }
    }
    assertThat(ran).isEqualTo(7);
  }

  private static String quoted(String line) {
    return Stream.of(line.split("\\.\\.", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  /** The first of the ports of three nodes, which nobody listens on. */
  private static int freePorts() {
    return ThreadLocalRandom.current()
        .ints(12_000, 14_000)
        .limit(200)
        .filter(first -> IntStream.range(0, 9).allMatch(i -> isFree(first + 10 * (i / 3) + i % 3)))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Runs a block as it stands, but for the place of the cluster: another one may run on this
   * machine.
   */
  private static String run(String block, Path directory, int basePort) throws Exception {
    String here =
        block
            .replaceAll(
                "deploy/local-cluster.sh (\\w+)",
                "deploy/local-cluster.sh $1 --dir %s --base-port %d"
                    .formatted(directory.resolve("cluster"), basePort))
            .replace("build/local-cluster", directory.resolve("cluster").toString())
            .replace("localhost:7400", "localhost:" + basePort)
            .replace("localhost:7410", "localhost:" + (basePort + 10));
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", here)
            .directory(Repository.ROOT.toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .put("RELAYKV_CONFIG", directory.resolve("cluster/client.conf").toString());
    // The Java of this build, whichever else there is.
    builder
        .environment()
        .merge(
            "PATH", Path.of(System.getProperty("java.home"), "bin").toString(), ReadmeIT::before);
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process = builder.redirectOutput(output.toFile()).start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    String printed = Files.readString(output);
    assertThat(ended).as(printed).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  private static String before(String path, String first) {
    return first + File.pathSeparator + path;
  }

  private static void theJavaExampleRuns(Path cluster, int basePort) throws IOException {
    String shown = Repository.blocks("README.md", "java").get(0);
    String source = Repository.read(SOURCE);
    String here =
        source.substring(source.lastIndexOf("// begin\n") + 9, source.lastIndexOf("// end\n"));
    assertThat(here.stripTrailing().lines().map(String::strip).toList())
        .as("README's example as it is compiled here")
        .isEqualTo(
            shown
                .replace("\"localhost:7400\", \"localhost:7410\"", "nodes")
                .replace("Path.of(\"build/local-cluster/", "cluster.resolve(\"")
                .lines()
                .map(String::strip)
                .toList());
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      example(cluster, "localhost:" + basePort, "localhost:" + (basePort + 10));
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines("flags/new-checkout\ntrue 50\n");
    assertThat(
            ClientGuide.firstProgram(
                cluster, "localhost:" + basePort, "localhost:" + (basePort + 10)))
        .as("the first program of docs/client.md")
        .isTrue();
  }

  private static void example(Path cluster, String... nodes) {
    // begin
    try (KvClient client =
        KvClient.builder()
            .nodes(nodes)
            .apiKeyFile(cluster.resolve("demo.key"))
            .trust(cluster.resolve("certs/ca/clients-ca.crt"))
            .build()) {
      client.put("flags/new-checkout", true);
      client.put("limits", KvValue.parse("{\"max_items\": 50, \"currency\": \"EUR\"}"));
      boolean on = client.get("flags/new-checkout").map(KvValue::asBoolean).orElse(false);
      long maxItems =
          client.get("limits").flatMap(limits -> limits.get("max_items")).orElseThrow().asLong();
      client.keys("flags/").forEach(System.out::println);
      client.delete("limits");
      System.out.println(on + " " + maxItems);
    }
    // end
  }
}
