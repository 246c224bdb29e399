package io.relaykv.tests.docs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What deploy/monitoring has for Prometheus and Grafana. */
final class Monitoring {
  static final String ALERTS = "deploy/monitoring/relaykv-alerts.yml";
  static final String ALERT_TESTS = "deploy/monitoring/relaykv-alerts-test.yml";
  static final String ALERT_DAYS_TESTS = "deploy/monitoring/relaykv-alerts-days-test.yml";
  static final String DASHBOARD = "deploy/monitoring/relaykv-dashboard.json";

  private Monitoring() {}

  /** The expressions of all alerts, each on a line of its own. */
  static List<String> alertExpressions() throws IOException {
    return found("(?m)^ +expr: (.+)$", Repository.read(ALERTS));
  }

  /** The expressions of all panels, and of the variables. */
  static List<String> dashboardExpressions() throws IOException {
    String dashboard = Repository.read(DASHBOARD);
    List<String> expressions = new ArrayList<>();
    found("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"", dashboard)
        .forEach(escaped -> expressions.add(escaped.replace("\\\"", "\"").replace("\\\\", "\\")));
    expressions.addAll(found("label_values\\((\\w+)", dashboard));
    return expressions;
  }

  static List<String> found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
