package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alerts and dashboard as files; MetricsIT looks whether the metrics in them are there. */
class MonitoringFilesTest {
  @Test
  void everyAlertSaysWhatIsWrongAndWhatToDo() throws IOException {
    String alerts = Repository.read(Monitoring.ALERTS);
    List<String> names = Monitoring.found("- alert: (\\w+)\n", alerts);
    assertThat(names).hasSizeGreaterThan(15).doesNotHaveDuplicates();
    assertThat(Monitoring.alertExpressions()).hasSameSizeAs(names);
    assertThat(Monitoring.found("(severity): (?:critical|warning)\n", alerts)).hasSameSizeAs(names);
    assertThat(Monitoring.found("\n +summary: \"(.+)\"\n", alerts)).hasSameSizeAs(names);
    assertThat(Monitoring.found("\n +description: >-\n( +.+)\n", alerts)).hasSameSizeAs(names);
  }

  /** {@link AlertRulesIT} runs them, where Prometheus' tool is. */
  @Test
  void everyAlertIsTried() throws IOException {
    List<String> tried =
        Monitoring.found(
            "(RelayKv\\w+(?:\\.\\*)?)",
            Repository.read(Monitoring.ALERT_TESTS) + Repository.read(Monitoring.ALERT_DAYS_TESTS));
    assertThat(Monitoring.found("- alert: (\\w+)\n", Repository.read(Monitoring.ALERTS)))
        .allSatisfy(name -> assertThat(tried).anyMatch(name::matches));
  }

  @Test
  void theDashboardCanBeImportedForAnyDataSource() throws IOException {
    String dashboard = Repository.read(Monitoring.DASHBOARD);
    assertThat(KvValue.parse(dashboard)).isNotNull();
    assertThat(Monitoring.found("\"uid\": \"(.+)\"", dashboard))
        .containsOnly("${datasource}", "relaykv");
    assertThat(Monitoring.found("\"(type)\": \"datasource\"", dashboard)).hasSize(1);
    assertThat(Monitoring.dashboardExpressions()).hasSizeGreaterThan(30);
  }
}
