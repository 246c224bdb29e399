package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.metrics.MetricCatalogue;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md lists the metrics as the code has them. */
class DocumentedMetricsTest {
  @Test
  void everyMetricIsListedWithItsTypeAndLabels() throws IOException {
    DocumentedTable.assertLists(
        "docs/metrics.md",
        "| Metric | Type | Labels | Meaning |",
        MetricCatalogue.all().stream().map(DocumentedMetricsTest::row).toList());
  }

  /** prometheus.io/docs/practices/naming. */
  @Test
  void namesFollowTheConventions() {
    assertThat(MetricCatalogue.all())
        .allSatisfy(
            entry -> {
              assertThat(entry.name()).matches("relaykv(_[a-z0-9]+)+");
              assertThat(entry.name().endsWith("_total"))
                  .isEqualTo(entry.type() == MetricCatalogue.Type.COUNTER);
              assertThat(entry.name().endsWith("_info"))
                  .isEqualTo(entry.type() == MetricCatalogue.Type.INFO);
              assertThat(entry.name())
                  .doesNotContainPattern("_(ms|millis|micros|nanos|minutes|kb|mb|mib|kib)(_|$)");
              assertThat(entry.help()).endsWith(".").doesNotContain("|", "\n");
            });
    List<String> names = MetricCatalogue.all().stream().map(MetricCatalogue.Entry::name).toList();
    assertThat(names).doesNotHaveDuplicates();
  }

  private static String row(MetricCatalogue.Entry entry) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            entry.name(),
            entry.type().word(),
            entry.labels().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")),
            entry.help());
  }
}
