package io.relaykv.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.server.http.HttpEndpoints;
import io.relaykv.server.http.KnownHosts;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The status page as a person meets it. What it looked like is left in target/screenshots. */
@Timeout(180)
class StatusPageIT {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private static Browser browser;

  @BeforeAll
  static void start(@TempDir Path profile) throws IOException {
    browser = Browser.start(profile);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void likeADesk() {
    browser.resize(1100, 900, false);
    browser.setDark(false);
    browser.open("about:blank");
    browser.consoleLines();
  }

  @AfterEach
  void leave() {
    browser.open("about:blank");
  }

  @Test
  void aClusterLosesItsMajorityAndGetsItBack(@TempDir Path directory) throws IOException {
    try (KvCluster cluster = KvCluster.inProcess(3, directory);
        KvClient client = cluster.newClient()) {
      String leader = cluster.awaitLeader();
      List<String> followers = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
      String witness = followers.get(0);
      String other = followers.get(1);
      client.put("flags/new-checkout", true);

      browser.open("http://" + cluster.httpAddressOf(leader) + "/");
      eventually("the leader's page", () -> assertThat(word()).isEqualTo("Healthy"));
      assertThat(browser.text("text"))
          .isEqualTo("3 of 3 nodes up, %s leads; 1 more may fail.".formatted(leader));
      assertThat(browser.run("document.querySelectorAll('#rows tr').length")).isEqualTo("3");
      eventually(
          "what the followers say of themselves",
          () -> {
            for (String id : cluster.nodeIds()) {
              assertThat(row(id)).contains(id.equals(leader) ? "leader" : "follower", "free");
              assertThat(version(id)).matches("development|\\d.+");
            }
          });
      browser.screenshot(SCREENSHOTS.resolve("cluster-healthy-leader.png"));

      browser.open("http://" + cluster.httpAddressOf(witness) + "/");
      eventually(
          "a follower's page",
          () -> {
            assertThat(word()).isEqualTo("Healthy");
            assertThat(row(other)).contains("follower", "free");
            assertThat(row(leader)).contains("leader", "free");
            assertThat(version(other)).isEqualTo(version(witness));
          });
      assertThat(browser.text("rate")).contains(leader + " answers the clients");
      browser.screenshot(SCREENSHOTS.resolve("cluster-healthy-follower.png"));

      cluster.kill(other);
      eventually("one is down", () -> assertThat(word()).isEqualTo("Degraded"));
      assertThat(browser.text("text")).contains("2 of 3 nodes up", other + " does not answer.");
      assertThat(browser.text("next")).contains("Start " + other + " again.");
      assertThat(row(other)).contains("not answering");
      browser.screenshot(SCREENSHOTS.resolve("cluster-degraded.png"));

      cluster.kill(leader);
      eventually(
          "two are down",
          () -> {
            assertThat(word()).isEqualTo("Unavailable");
            assertThat(browser.text("text"))
                .contains(witness + " hears nothing of ", leader, other);
          });
      assertThat(browser.text("next")).contains("again; the cluster then goes on by itself.");
      assertThat(browser.text("checks")).contains("no leader is known");
      browser.screenshot(SCREENSHOTS.resolve("cluster-no-majority.png"));
      browser.setDark(true);
      browser.resize(390, 844, true);
      browser.screenshot(SCREENSHOTS.resolve("cluster-no-majority-phone-dark.png"));
      browser.resize(1100, 900, false);
      browser.setDark(false);
      assertThat(browser.consoleLines()).isEmpty();

      cluster.kill(witness);
      eventually("nobody answers", () -> assertThat(word()).isEqualTo("No answer"));
      assertThat(browser.text("text")).startsWith(witness + " does not answer. What stands below");
      assertThat(browser.text("fresh")).startsWith("As of ").endsWith(" ago");
      browser.screenshot(SCREENSHOTS.resolve("node-does-not-answer.png"));

      cluster.startAll();
      eventually("all are back", () -> assertThat(word()).isEqualTo("Healthy"));
      assertOnlyAsked(cluster.httpAddressOf(witness));
    }
  }

  @Test
  void whatANodeSaysIsTextAndNeverMarkup() throws IOException {
    String markup = "<img src=x onerror=document.title=`owned`>";
    try (HttpEndpoints node = serve(Documents.saying(markup))) {
      open(node);
      eventually("the page", () -> assertThat(browser.text("rows")).contains(markup));

      for (String id : List.of("where", "word", "text", "steps", "rows", "facts", "checks")) {
        assertThat(browser.text(id)).as(id).contains(markup);
      }
      assertThat(browser.run("document.images.length")).isEqualTo("0");
      assertThat(browser.run("document.title")).startsWith(markup);
      assertThat(browser.consoleLines()).isEmpty();
      assertOnlyAsked("127.0.0.1:" + node.port());
    }
  }

  @Test
  void thePolicyRefusesWhatIsNotThePages() throws IOException {
    try (HttpEndpoints node = serve(Documents.HEALTHY)) {
      open(node);

      browser.run(
          "document.body.append(Object.assign(document.createElement('script'),"
              + " {textContent: 'document.title = \"owned\"'}))");
      browser.run("fetch('http://127.0.0.1:1/').catch(() => {})");

      assertThat(browser.run("document.title")).isNotEqualTo("owned");
      List<String> lines = new ArrayList<>();
      eventually(
          "two refusals",
          () -> {
            // Each line is told once.
            lines.addAll(browser.consoleLines());
            assertThat(lines)
                .anyMatch(line -> line.contains("script-src"))
                .anyMatch(line -> line.contains("connect-src"));
          });
    }
  }

  @Test
  void aHealthyClusterIsReadOnDesksAndPhonesByDayAndByNight() throws IOException {
    try (HttpEndpoints node = serve(Documents.HEALTHY)) {
      open(node);
      eventually("the page", () -> assertThat(word()).isEqualTo("Healthy"));
      assertThat(browser.text("rate")).contains("21,480", "highest ", "5 min ago");
      assertThat(browser.text("p99")).contains("2.31 ms");
      assertThat(row("n2")).contains("follower", "1,204,331", "41.8 GiB free", "of 98.3 GiB");
      shootBoth("healthy");
    }
  }

  @Test
  void aDegradedClusterSaysWhatToDo() throws IOException {
    try (HttpEndpoints node = serve(Documents.DEGRADED)) {
      open(node);
      eventually("the page", () -> assertThat(word()).isEqualTo("Degraded"));
      assertThat(browser.text("next")).contains("Start n3 again.", "Give the disk of n1 room");
      assertThat(row("n3")).contains("not answering", "3 min ago");
      assertThat(row("n1")).contains("nearly full");
      shootBoth("degraded");
    }
  }

  @Test
  void aNodeThatWaitsToBeAddedSaysSo() throws IOException {
    try (HttpEndpoints node = serve(Documents.JOINING)) {
      open(node);
      eventually("the page", () -> assertThat(word()).isEqualTo("Waiting to be added"));
      assertThat(browser.text("next")).contains("kv-shell member add");
      assertThat(browser.run("document.getElementById('nodes').hidden")).isEqualTo("true");
      shootBoth("joining");
    }
  }

  @Test
  void anUpgradeSaysWhatIsLeftToDo() throws IOException {
    upgradeIs(
        Documents.upgrading(2, 1, null),
        "Upgrade: the cluster is at feature level 1 until all nodes support 2; not yet: n2, n3");
    upgradeIs(
        Documents.upgrading(2, 2, 2),
        "Upgrade: all nodes support feature level 2, and the cluster is at 1. When nobody wants to"
            + " go back: kv-shell cluster finalize-upgrade");
    upgradeIs(Documents.upgrading(1, 1, null), "");
  }

  private static void upgradeIs(String document, String expected) throws IOException {
    try (HttpEndpoints node = serve(document)) {
      open(node);
      eventually("the page", () -> assertThat(word()).isEqualTo("Healthy"));
      assertThat(browser.text("upgrade")).isEqualTo(expected);
      assertThat(browser.consoleLines()).isEmpty();
    }
  }

  private static void shootBoth(String name) throws IOException {
    browser.screenshot(SCREENSHOTS.resolve(name + ".png"));
    String light = browser.run("getComputedStyle(document.body).backgroundColor");
    browser.setDark(true);
    assertThat(browser.run("getComputedStyle(document.body).backgroundColor")).isNotEqualTo(light);
    browser.screenshot(SCREENSHOTS.resolve(name + "-dark.png"));
    browser.resize(360, 740, true);
    assertThat(browser.run("document.documentElement.scrollWidth <= innerWidth"))
        .as("nothing is cut off at the right edge of a phone")
        .isEqualTo("true");
    browser.screenshot(SCREENSHOTS.resolve(name + "-phone-dark.png"));
    browser.setDark(false);
    browser.screenshot(SCREENSHOTS.resolve(name + "-phone.png"));
    assertThat(browser.consoleLines()).isEmpty();
  }

  private static HttpEndpoints serve(String document) {
    return HttpEndpoints.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        KnownHosts.of(List.of()),
        new Documents.Node(document),
        out -> {});
  }

  private static void open(HttpEndpoints node) {
    browser.open("http://127.0.0.1:" + node.port() + "/");
  }

  private static String word() {
    return browser.text("word");
  }

  private static String row(String nodeId) {
    return browser.run(rowElement(nodeId) + ".innerText");
  }

  private static String version(String nodeId) {
    return browser.run(rowElement(nodeId) + ".querySelector('td[data-label=Version]').textContent");
  }

  private static String rowElement(String nodeId) {
    return "[...document.querySelectorAll('#rows tr')].find(row =>"
        + " row.firstChild.firstChild.textContent === '%s')".formatted(nodeId);
  }

  private static void assertOnlyAsked(String address) {
    assertThat(
            browser.run(
                "[...new Set(performance.getEntriesByType('resource').map(entry => entry.name))]"))
        .isEqualTo("http://" + address + "/status");
  }

  private static void eventually(String what, ThrowingRunnable assertion) {
    await(what).atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
  }
}
