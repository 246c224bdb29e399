package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.relaykv.client.OperationKind;
import io.relaykv.client.OperationOutcome;
import io.relaykv.client.dropwizard.DropwizardClientMetrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/client.md shows what is compiled here, and lists what there is. */
class ClientGuideTest {
  private static final String GUIDE = "docs/client.md";
  private static final String EXAMPLES =
      "kv-tests/src/test/java/io/relaykv/tests/docs/ClientGuide.java";

  @Test
  void everyExampleIsOneThatRuns() throws IOException {
    List<String> compiled = new ArrayList<>();
    Matcher marked =
        Pattern.compile("(?ms)^ *// begin\n(.*?)^ *// end$").matcher(Repository.read(EXAMPLES));
    while (marked.find()) {
      compiled.add(marked.group(1).stripTrailing().stripIndent() + "\n");
    }
    List<String> shown =
        Repository.blocks(GUIDE, "java").stream()
            .map(
                block ->
                    block
                        .replace("\"localhost:7400\", \"localhost:7410\"", "nodes")
                        .replace("Path.of(\"build/local-cluster/", "cluster.resolve(\""))
            .toList();
    assertThat(shown).isEqualTo(compiled);
  }

  @Test
  void theDependenciesAreThoseOfThisVersion() throws IOException {
    assertThat(Repository.blocks(GUIDE, "xml"))
        .singleElement()
        .asString()
        .contains("<artifactId>kv-bom</artifactId>\n      <version>" + version("pom.xml") + "<");
  }

  @Test
  void theBomHasWhatIsPublishedAndNothingElse() throws IOException {
    assertThat(version("kv-bom/pom.xml")).isEqualTo(version("pom.xml"));
    List<String> published = all("<module>(.*?)</module>", "pom.xml");
    assertThat(published.removeAll(List.of("kv-bom", "deploy", "docs/examples", "kv-tests")))
        .isTrue();
    String managed =
        "(?s)<groupId>(.*?)</groupId>\\s+<artifactId>(.*?)</artifactId>\\s+<version>(.*?)</version>";
    String bom = Repository.read("kv-bom/pom.xml");
    List<String> artifacts =
        Pattern.compile(managed)
            .matcher(bom.substring(bom.indexOf("<dependencyManagement>")))
            .results()
            .map(found -> found.group(1) + ":" + found.group(2) + ":" + found.group(3))
            .collect(Collectors.toList());
    String plugin = artifacts.remove(artifacts.size() - 1);
    assertThat(artifacts)
        .containsExactlyInAnyOrderElementsOf(
            published.stream().map("io.relaykv:%s:${project.version}"::formatted).toList());
    assertThat(plugin)
        .as("which stands there a second time")
        .endsWith(":" + all("<spotless-maven-plugin.version>(.*?)<", "pom.xml").get(0));
  }

  private static String version(String pom) throws IOException {
    return all("<version>(.*?)</version>", pom).get(0);
  }

  private static List<String> all(String pattern, String file) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Repository.read(file));
    return matcher.results().map(found -> found.group(1)).collect(Collectors.toList());
  }

  @Test
  void everyMetricIsListedWithItsType() throws IOException {
    MetricRegistry registry = new MetricRegistry();
    DropwizardClientMetrics.in(registry);
    Set<String> there = new TreeSet<>();
    registry.getMetrics().forEach((name, metric) -> there.add(row(name, metric)));
    assertThat(all("(?m)^(\\| `relaykv\\.client\\..*?` \\| \\w+ \\|)", GUIDE))
        .containsExactlyInAnyOrderElementsOf(there);
  }

  private static String row(String name, Metric metric) {
    String listed =
        name.replaceFirst("\\.(%s)\\b".formatted(words(OperationKind.values(), "|")), ".KIND")
            .replaceFirst("KIND\\.\\w+$", "KIND.OUTCOME");
    return "| `%s` | %s |".formatted(listed, metric instanceof Timer ? "timer" : "counter");
  }

  @Test
  void everyKindAndOutcomeIsNamed() throws IOException {
    assertThat(Repository.read(GUIDE).replaceAll("\\s+", " "))
        .contains("`" + words(OperationKind.values(), "`, `") + "`")
        .contains("`" + words(OperationOutcome.values(), "`, `") + "`");
  }

  private static String words(Enum<?>[] values, String between) {
    return Stream.of(values)
        .map(value -> value.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(between));
  }
}
