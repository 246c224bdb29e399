package io.relaykv.shell.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NodeStatus.Role;
import io.relaykv.shell.FakeCluster;
import io.relaykv.shell.ShellRunner;
import io.relaykv.shell.command.ClusterOptions;
import io.relaykv.shell.environment.ShellEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prompt on a terminal in memory: what is typed, and what is to be seen. */
class PromptTest {
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";
  private static final String TAB = "\t";
  private static final String HEALTHY = "demo@prod healthy> ";

  private final ShellRunner shell = new ShellRunner();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private LineDisciplineTerminal terminal;
  private CompletableFuture<Integer> exitCode = new CompletableFuture<>();

  @TempDir private Path directory;

  @BeforeEach
  void clusterWithAnAccount() throws IOException {
    shell.variables.put("TERM", "dumb"); // no colours
    shell.homeDirectory = directory;
    shell.workingDirectory = directory;
    Files.writeString(directory.resolve("key"), "rk_17_" + FakeCluster.SECRET + "\n");
    shell.cluster.createAccount("demo", 0);
    shell.cluster.createApiKey("demo", Set.of(ApiKeyRight.READ), Optional.empty(), "");
    shell.cluster.status = new ClusterStatus(List.of(up(1), up(2), up(3)));
    terminal = new LineDisciplineTerminal("prompt", "xterm", screen, UTF_8);
    terminal.setSize(new Size(200, 50));
  }

  @AfterEach
  void leave() throws Exception {
    type(CTRL_C);
    // Ctrl-D leaves once the line is empty.
    await("the end")
        .until(
            () -> {
              type(CTRL_D);
              return exitCode.isDone();
            });
    terminal.close();
    assertThat(shell.cluster.open).as("clients left open").isZero();
  }

  @Test
  void runsCommandsWithOneConnection() {
    open();
    type("put a 'x y'\r");
    awaitScreen(2, HEALTHY);
    type("kv-shell get a\r");
    awaitScreen("\"x y\"");
    awaitScreen(3, HEALTHY);
    type("status -o jsonl\r");
    awaitScreen("\"name\":\"n3\"");
    awaitScreen(4, HEALTHY);
    type("-o json member list\r");
    awaitScreen("\"name\":\"n1\"");
    assertThat(shell.cluster.connections)
        .containsExactlyInAnyOrder("client [localhost:7400] PT5S", "admin [localhost:7400] PT5S");
  }

  @Test
  void whatIsSaidBeforeHoldsForAllCommands() {
    shell.cluster.values.put("a", KvValue.of(1));
    open("-o", "json", "-t", "2s");
    type("get a\r");
    awaitScreen("[{\"key\":\"a\",\"value\":1}]");
    assertThat(shell.cluster.connections).contains("client [localhost:7400] PT2S");
  }

  @Test
  void saysHowTheClusterIsAlsoWhileItWaits() {
    open();
    type("get unfinish");
    awaitScreen("unfinish");
    shell.cluster.status = new ClusterStatus(List.of(up(1), up(2), down(3)));
    awaitScreen("degraded> get unfinish");
    shell.cluster.values.put("unfinished", KvValue.of(true));
    type("ed\r");
    awaitScreen("true");
    shell.cluster.status = new ClusterStatus(List.of(down(1), down(2), down(3)));
    awaitScreen("unavailable> ");
  }

  @Test
  void withoutAnAdminKeySaysWhetherDataCanBeRead() {
    shell.cluster.adminKey = false;
    openAwaiting("serving> ");
    assertThat(screen()).startsWith("rk_17@localhost:7400 ");
  }

  @Test
  void completesCommandsOptionsKeysAndNodes() {
    shell.cluster.values.put("flags/checkout", KvValue.of(true));
    shell.cluster.values.put("limits", KvValue.of(5));
    open();
    type("ge" + TAB + "fl" + TAB + "\r");
    awaitScreen("true");
    awaitScreen(2, HEALTHY);
    type("export --af" + TAB + "lim" + TAB);
    awaitScreen("export --after limits");
    type(CTRL_C);
    awaitScreen(3, HEALTHY);
    type("leader tr" + TAB + "n" + TAB);
    awaitScreen("n1   n2   n3");
    type(CTRL_C);
    awaitScreen(4, HEALTHY);
    type("member remove n" + TAB);
    awaitScreen(2, "n1   n2   n3");
    type(CTRL_C);
    awaitScreen(5, HEALTHY);
    type("keys l" + TAB + "\r");
    awaitScreen("keys limits");
    awaitScreen(6, HEALTHY);
    type("help lat" + TAB + "\r");
    awaitScreen("Usage: kv-shell [OPTION..] latency");
    awaitScreen(7, HEALTHY);
    type("ex" + TAB);
    awaitScreen("exit");
    assertThat(screen()).contains("export");
  }

  @Test
  void ctrlCDropsTheLine() {
    open();
    type("put a 1");
    // Or Ctrl-C overtakes it.
    awaitScreen("put a 1");
    type(CTRL_C);
    awaitScreen(2, HEALTHY);
    type("get a\r");
    awaitScreen("not found: a");
    assertThat(exitCode).isNotDone();
  }

  @Test
  void ctrlCLeavesACommandAndNotThePrompt() {
    open();
    type("status --watch=5m\r");
    awaitScreen("n3    db3:7400");
    type(CTRL_C);
    awaitScreen("kv-shell: interrupted");
    awaitScreen(2, HEALTHY);
    type("get a\r");
    awaitScreen("not found: a");
  }

  @Test
  void ctrlCLeavesACommandThatCannotBeInterruptedBehind() {
    open();
    CountDownLatch answer = new CountDownLatch(1);
    shell.cluster.whenKeyIsMade = () -> awaitUninterruptibly(answer);
    type("apikey create --account demo --allow read\r");
    await("the key that is being made").until(() -> shell.cluster.apiKeys.size() == 2);
    type(CTRL_C);
    awaitScreen("left; what it has begun may still be done");
    awaitScreen(2, HEALTHY);
    answer.countDown();
    type("get a\r");
    awaitScreen("not found: a");
    assertThat(screen()).as("what came too late").doesNotContain(FakeCluster.SECRET);
  }

  @Test
  void saysWhatIsWrongAndGoesOn() {
    open();
    type("put a 'x\r");
    awaitScreen("kv-shell: a quote ' that does not end");
    type("stats\r");
    awaitScreen("did you mean status");
    type("put a -\r");
    awaitScreen("the prompt reads from there");
    type("shell\r");
    awaitScreen("there is no prompt within a prompt or a script");
    type("get nothing\r");
    awaitScreen("not found: nothing");
    assertThat(exitCode).isNotDone();
  }

  @Test
  void ctrlDOrExitLeaves() throws Exception {
    open();
    type(CTRL_D);
    assertThat(exitCode.get(10, TimeUnit.SECONDS)).isZero();
    exitCode = new CompletableFuture<>();
    open();
    type("exit\r");
    assertThat(exitCode.get(10, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void keepsLinesForTheirOwnerAlone() throws Exception {
    Path history = directory.resolve(".local/state/relaykv/history");
    Files.createDirectories(history.getParent());
    Files.writeString(history, "");
    Files.setPosixFilePermissions(history, PosixFilePermissions.fromString("rw-r--r--"));
    open();
    type("put a 'x\\!y'\r");
    type(" put a '\"private\"'\r");
    type("get rk_17_" + FakeCluster.SECRET + "\r");
    awaitScreen("an argument holds a whole API key");
    type("get a\r");
    awaitScreen("\"private\"");
    await("history").untilAsserted(() -> assertThat(history).content().contains("get a"));
    assertThat(history)
        .content()
        .contains("put a 'x\\\\!y'")
        .doesNotContain("private", FakeCluster.SECRET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
        .isEqualTo("rw-------");
  }

  @Test
  void worksWhereNothingCanBeKept() throws IOException {
    Files.writeString(directory.resolve(".local"), "in the way");
    open();
    awaitScreen("lines are not kept: ");
    type("get a\r");
    awaitScreen("not found: a");
  }

  private void open(String... arguments) {
    openAwaiting(HEALTHY, arguments);
  }

  private void openAwaiting(String prompt, String... arguments) {
    ClusterOptions options = ShellRunner.options(arguments);
    ShellEnvironment environment =
        shell.environment(InputStream.nullInputStream(), OutputStream.nullOutputStream(), screen);
    Prompt running =
        new Prompt(
            environment, options, ShellRunner.commandsOfPrompt(options), Duration.ofMillis(100));
    CompletableFuture<Integer> ended = exitCode;
    Thread thread =
        new Thread(
            () -> {
              try {
                ended.complete(running.run(terminal));
              } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
              }
            },
            "prompt");
    thread.start();
    awaitScreen(prompt);
  }

  private void type(String keys) {
    try {
      terminal.processInputBytes(keys.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitScreen(String text) {
    awaitScreen(1, text);
  }

  /** Waits until {@code text} has been written so many times, or more often. */
  private void awaitScreen(int times, String text) {
    await("\"" + text + "\" on the screen")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(exitCode).isNotCompletedExceptionally();
              assertThat(screen().split(Pattern.quote(text), -1))
                  .as(screen())
                  .hasSizeGreaterThan(times);
            });
  }

  /** Without what moves the cursor. */
  private String screen() {
    return screen.toString(UTF_8).replaceAll("\u001b\\[[0-9;?]*[A-Za-z]|\u001b[=>]", "");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        done = latch.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // As a call that cannot be interrupted.
      }
    }
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
        1_000,
        1_000,
        100,
        ShellRunner.NOW,
        5_000_000_000L,
        110_000_000_000L,
        false);
  }

  private static NodeStatus down(int number) {
    return new NodeStatus.Unreachable("n" + number, "db" + number + ":7400", "connection refused");
  }
}
