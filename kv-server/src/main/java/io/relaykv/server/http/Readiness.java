package io.relaykv.server.http;

import java.util.List;
import java.util.stream.Collectors;

/** Whether a node serves clients, as a list of checks of which all must pass. */
public record Readiness(List<Check> checks) {
  /** Copies the list. */
  public Readiness {
    checks = List.copyOf(checks);
  }

  /**
   * One condition.
   *
   * @param name a word: "leader"
   * @param detail what was found, in one line: "n2 leads since 12 s"
   */
  public record Check(String name, boolean passed, String detail) {}

  /** True if every check passes. */
  public boolean isReady() {
    return checks.stream().allMatch(Check::passed);
  }

  /** One line: "ready", or what is missing. */
  String summary() {
    return isReady()
        ? "ready"
        : checks.stream()
            .filter(check -> !check.passed())
            .map(check -> check.name() + ": " + check.detail())
            .collect(Collectors.joining("; ", "not ready: ", ""));
  }

  /** A line for each check and the summary as the last one. */
  String verbose() {
    return checks.stream()
        .map(
            check ->
                "[%s] %s: %s\n".formatted(check.passed() ? "+" : "-", check.name(), check.detail()))
        .collect(Collectors.joining("", "", summary()));
  }
}
