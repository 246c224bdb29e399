package io.relaykv.tests.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * A Chromium without a window, driven as the WebDriver standard (W3C) says, by Debian's
 * chromium-driver: JSON over HTTP, for which a library would be larger than this. One thread at a
 * time.
 */
final class Browser implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");

  private final Process driver;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String driverUri;
  private final String sessionUri;

  private Browser(Process driver, int port, Path chromium, Path profile) {
    this.driver = driver;
    this.driverUri = "http://127.0.0.1:" + port + "/session";
    Map<String, Object> options =
        Map.of(
            "binary", chromium.toString(),
            "args",
                List.of(
                    "--headless=new",
                    // Its sandbox refuses to run as root, as which CI does.
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--user-data-dir=" + profile));
    Config session =
        send(
            "POST",
            driverUri,
            Map.of(
                "capabilities",
                Map.of(
                    "alwaysMatch",
                    Map.of(
                        "goog:chromeOptions",
                        options,
                        "goog:loggingPrefs",
                        Map.of("browser", "ALL")))));
    this.sessionUri = driverUri + "/" + session.getString("value.sessionId");
  }

  /**
   * Starts one; ends the test as skipped if this machine has none.
   *
   * @param profile an empty directory for what it keeps
   */
  static Browser start(Path profile) throws IOException {
    Optional<Path> chromium = program("chromium");
    Optional<Path> chromedriver = program("chromedriver");
    if (chromium.isEmpty() || chromedriver.isEmpty()) {
      String why =
          "there is no chromium and chromedriver: apt-get install chromium chromium-driver";
      System.out.println("SKIPPED: browser: " + why);
      Assumptions.abort(why);
    }
    Process driver =
        new ProcessBuilder(chromedriver.orElseThrow().toString(), "--port=0")
            .redirectErrorStream(true)
            .start();
    try {
      return new Browser(driver, port(driver), chromium.orElseThrow(), profile);
    } catch (IOException | RuntimeException e) {
      end(driver);
      throw e;
    }
  }

  private static Optional<Path> program(String name) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static int port(Process driver) throws IOException {
    BufferedReader output = driver.inputReader(UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return Integer.parseInt(port.group(1));
      }
      said.append(line).append('\n');
    }
    throw new IOException("chromedriver did not start: " + said);
  }

  /** Goes to a page and returns when it is loaded. */
  void open(String uri) {
    send("POST", sessionUri + "/url", Map.of("url", uri));
  }

  /** The size of the window in CSS pixels, and whether it is one of a phone. */
  void resize(int width, int height, boolean phone) {
    chromium(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width", width,
            "height", height,
            "deviceScaleFactor", phone ? 2 : 1,
            "mobile", phone));
  }

  /** Whether the person likes dark pages. */
  void setDark(boolean dark) {
    chromium(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** What a script in the page returns, as text. */
  String run(String expression) {
    return send(
            "POST",
            sessionUri + "/execute/sync",
            Map.of("script", "return String(" + expression + ")", "args", List.of()))
        .getString("value");
  }

  /** The text of the element with that id, as a person reads it. */
  String text(String id) {
    return run("document.getElementById('" + id + "').innerText");
  }

  /**
   * What the page has written to the console since this was last asked, refusals by its policy too.
   */
  List<String> consoleLines() {
    return send("POST", sessionUri + "/se/log", Map.of("type", "browser"))
        .getConfigList("value")
        .stream()
        .map(line -> line.getString("level") + " " + line.getString("message"))
        .toList();
  }

  /** A picture of the whole page. */
  void screenshot(Path file) throws IOException {
    String picture =
        chromium("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
            .getString("value.data");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(picture));
  }

  private Config chromium(String command, Map<String, Object> parameters) {
    return send(
        "POST", sessionUri + "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
  }

  private Config send(String method, String uri, Map<String, Object> body) {
    String json = ConfigValueFactory.fromMap(body).render(ConfigRenderOptions.concise());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(method + " " + uri + ": " + answer.body());
      }
      return ConfigFactory.parseString(
          answer.body(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      send("DELETE", sessionUri, Map.of());
    } finally {
      end(driver);
    }
  }

  private static void end(Process driver) {
    List<ProcessHandle> all = driver.descendants().toList();
    driver.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    driver.onExit().join();
  }
}
