package io.relaykv.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.BackedUpAccount;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.ClusterMember;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NodeStatus.Role;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.shell.output.OutputFormat;
import io.relaykv.shell.prompt.CommandWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What every command prints in every format, byte for byte, is in a file of its name below
 * src/test/resources/golden; docs/shell.md tells people the same. Such a file begins with the
 * command line; lines that begin with {@code <} are its standard input, and {@code # numbers vary}
 * has all numbers, and the blanks that depend on them, replaced. {@code -Drelaykv.golden=write}
 * writes what follows.
 */
class GoldenOutputTest {
  private static final Path FILES = Path.of("src/test/resources/golden");
  private static final Path MANUAL = Path.of("../docs/shell.md");

  @TempDir private Path directory;

  private ShellRunner shell = new ShellRunner();

  static Stream<String> commands() {
    return leaves(new ShellRunner().specification()).map(GoldenOutputTest::name);
  }

  private static Stream<CommandSpec> leaves(CommandSpec command) {
    return command.subcommands().isEmpty()
        ? Stream.of(command)
        : command.subcommands().values().stream()
            .flatMap(sub -> leaves(sub.getCommandSpec()))
            .distinct();
  }

  /** {@code member-list}. */
  private static String name(CommandSpec command) {
    return command.qualifiedName("-").substring("kv-shell-".length());
  }

  @BeforeEach
  void aClusterWithSomethingInIt() throws IOException {
    shell = new ShellRunner();
    shell.workingDirectory = directory;
    Files.deleteIfExists(directory.resolve("new.key"));
    Path key = Files.writeString(directory.resolve("key"), "rk_17_" + FakeCluster.SECRET + "\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    FakeCluster cluster = shell.cluster;
    cluster.values.put("flags/checkout", KvValue.of(true));
    cluster.values.put("limits", KvValue.parse("{\"max\":1.50,\"unit\":\"é\"}"));
    cluster.values.put("text", KvValue.of("two\nlines \"quoted\""));
    cluster.createAccount("shop", 64 << 20);
    cluster.createApiKey(
        "shop",
        Set.of(ApiKeyRight.READ, ApiKeyRight.WRITE),
        Optional.of(ShellRunner.NOW.plus(Duration.ofDays(90))),
        "till 3");
    Files.writeString(directory.resolve("notes.txt"), "no backup");
    cluster.backup =
        Optional.of(
            new BackupInfo(
                "0123456789abcdef".repeat(4),
                4_321_000,
                "prod",
                "6e1c",
                "n2",
                1_234,
                ShellRunner.NOW,
                List.of(new BackedUpAccount(1, "shop", 64 << 20, 1, 20_000, 4_000_000)),
                1,
                20_000,
                4_000_000));
    cluster.members.put("n2", member(2, 34, 20));
    cluster.members.put("n3", member(3, 1_234, 12_300));
    cluster.status = new ClusterStatus(List.of(up(1), up(2), down(3)));
    cluster.check =
        new ReplicaCheck(
            77,
            List.of(
                new NodeCheck.Hashed("n1", "db1:7400", "a1".repeat(32)),
                new NodeCheck.Hashed("n2", "db2:7400", "a1".repeat(32)),
                new NodeCheck.Unreachable("n3", "db3:7400", "connection refused")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void printsWhatItsFileSays(String command) throws IOException {
    Path file = FILES.resolve(command + ".txt");
    assertThat(file).as("the golden file of %s; see this class", command).exists();
    List<String> head =
        Files.readAllLines(file).stream().takeWhile(line -> !line.isEmpty()).toList();
    StringBuilder said = new StringBuilder();
    head.forEach(line -> said.append(line).append('\n'));
    for (OutputFormat format : OutputFormat.values()) {
      aClusterWithSomethingInIt();
      said.append(run(head, format));
    }
    if ("write".equals(System.getProperty("relaykv.golden"))) {
      Files.writeString(file, said);
    }
    assertThat(said.toString()).isEqualTo(Files.readString(file));
  }

  private String run(List<String> head, OutputFormat format) {
    List<String> words = new ArrayList<>(List.of("-o", format.toString()));
    words.addAll(CommandWords.of(head.get(0)));
    shell.stdin =
        head.stream()
            .filter(line -> line.startsWith("< "))
            .map(line -> line.substring(2) + "\n")
            .collect(Collectors.joining())
            .getBytes(UTF_8);
    ShellRunner.Result result = shell.run(words.toArray(String[]::new));
    requireJson(format, result.out());
    return "\n== %s: exit code %d%n".formatted(format, result.exitCode())
        + masked(result.out(), head)
        + (result.err().isEmpty() ? "" : "-- standard error\n" + masked(result.err(), head));
  }

  private String masked(String text, List<String> head) {
    String there = text.replace(directory.toString(), "DIRECTORY");
    if (head.contains("# blanks vary")) {
      return there.replaceAll(" +", " ");
    }
    return head.contains("# numbers vary")
        ? there.replaceAll("[0-9]+(,[0-9]{3})*(\\.[0-9]+)?", "9").replaceAll(" +", " ")
        : there;
  }

  private static void requireJson(OutputFormat format, String out) {
    // A completion is a script in every format, help is text.
    if (out.startsWith("#!") || out.startsWith("Usage:") || out.isEmpty()) {
      return;
    }
    switch (format) {
      case JSON -> KvValue.parse(out.strip());
      case JSONL ->
          out.lines().forEach(line -> assertThat(KvValue.parse(line).asMap()).isNotEmpty());
      case PLAIN, TABLE -> {}
    }
  }

  @Test
  void noFileIsLeftOver() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(commands().map(name -> name + ".txt").toList());
    }
  }

  @Test
  void theManualListsEveryCommandAsItIsCalledAndNoOther() throws IOException {
    TreeMap<String, List<String>> calls = new TreeMap<>();
    leaves(shell.specification())
        .forEach(
            command ->
                calls.put(
                    name(command),
                    Stream.of(command.usageMessage().customSynopsis())
                        .map(line -> line.strip().replaceFirst("^kv-shell (\\[OPTION..] ?)?", ""))
                        .filter(line -> !line.isEmpty())
                        .toList()));
    String expected =
        calls.values().stream()
            .map(lines -> "| `" + String.join("`<br>`", lines).replace("|", "\\|") + "` |")
            .sorted()
            .collect(Collectors.joining("\n"));
    String listed =
        Files.readAllLines(MANUAL).stream()
            .filter(line -> line.startsWith("| `") && !line.startsWith("| `-"))
            .map(line -> line.substring(0, line.indexOf("` | ") + 3))
            .sorted()
            .collect(Collectors.joining("\n"));
    assertThat(listed).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theManualHasTheExitCodesThatWereSeen(String command) throws IOException {
    String begin = "|  " + command.replace('-', ' ');
    String row =
        Files.readAllLines(MANUAL).stream()
            .filter(line -> line.replace('-', ' ').replace('`', ' ').startsWith(begin + " "))
            .findFirst()
            .orElseThrow();
    String[] cells = row.split("(?<!\\\\)\\|", -1);
    List<String> documented = List.of(cells[cells.length - 2].strip().split(", ", -1));
    List<String> seen =
        Files.readAllLines(FILES.resolve(command + ".txt")).stream()
            .filter(line -> line.startsWith("== "))
            .map(line -> line.replaceFirst(".*exit code ", ""))
            .distinct()
            .toList();
    assertThat(documented).as(row).containsAll(seen);
  }

  private static ClusterMember member(int number, long lag, long silentMs) {
    String db = "db" + number;
    return new ClusterMember(
        "n" + number, db + ":7400", db + ":7401", false, lag, Duration.ofMillis(silentMs));
  }

  private static NodeStatus up(int number) {
    return new NodeStatus.Up(
        "n" + number,
        "db" + number + ":7400",
        "0.1.0",
        "prod",
        number == 1 ? Role.LEADER : Role.FOLLOWER,
        Optional.of("n1"),
        7,
        1_234,
        1_234,
        100,
        ShellRunner.NOW.minus(Duration.ofHours(76)),
        55_000_000_000L,
        110_000_000_000L,
        false,
        false,
        Optional.of(Duration.ofMillis(-3)),
        1,
        1);
  }

  private static NodeStatus down(int number) {
    return new NodeStatus.Unreachable(
        "n" + number, "db" + number + ":7400", "connection refused: is it running?");
  }
}
