package io.relaykv.shell.command.cluster;

import io.relaykv.shell.doctor.Finding;
import io.relaykv.shell.doctor.Finding.Level;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Output;
import io.relaykv.shell.output.OutputFormat;
import io.relaykv.shell.output.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What the doctor has found, as a verdict with what to do, as a table and as JSON. */
final class DoctorView {
  private final List<Finding> findings;

  DoctorView(List<Finding> findings) {
    this.findings = List.copyOf(findings);
  }

  long problems() {
    return count(Level.PROBLEM);
  }

  private long count(Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  void print(Output output, OutputFormat format, boolean coloured) {
    switch (format) {
      case PLAIN -> {
        Verdict verdict = verdict();
        output.styledLine(verdict.line(coloured));
        verdict.next().forEach(output::line);
        output.line("");
        table().print(output);
      }
      case JSON -> output.line(document());
      case JSONL -> findings.stream().map(DoctorView::object).forEach(output::line);
      case TABLE -> table().print(output);
    }
    output.flush();
  }

  private Verdict verdict() {
    long problems = problems();
    long warnings = count(Level.WARNING);
    String of = " in %d checks.".formatted(findings.size());
    List<String> next =
        findings.stream()
            .filter(finding -> finding.level() != Level.OK)
            .sorted((a, b) -> b.level().compareTo(a.level()))
            .flatMap(DoctorView::lines)
            .toList();
    if (problems > 0) {
      String also = warnings > 0 ? " and " + counted(warnings, "warning") : "";
      return new Verdict("Unhealthy", Verdict.RED, counted(problems, "problem") + also + of, next);
    }
    return warnings > 0
        ? new Verdict("Healthy", Verdict.YELLOW, counted(warnings, "warning") + of, next)
        : new Verdict("Healthy", Verdict.GREEN, "Nothing to mend" + of, List.of());
  }

  private static Stream<String> lines(Finding finding) {
    return Stream.of(
        "%s, %s: %s".formatted(finding.about(), finding.check(), finding.found()),
        "  Next: " + finding.next());
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private Table table() {
    Table table = new Table("CHECK", "ABOUT", "RESULT", "FOUND");
    findings.forEach(
        finding ->
            table.add(List.of(finding.check(), finding.about(), level(finding), finding.found())));
    return table;
  }

  private String document() {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("healthy", Boolean.toString(problems() == 0));
    members.put("problems", Long.toString(problems()));
    members.put("warnings", Long.toString(count(Level.WARNING)));
    members.put("findings", JsonText.array(findings.stream().map(DoctorView::object).toList()));
    return JsonText.object(members);
  }

  private static String object(Finding finding) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("check", JsonText.string(finding.check()));
    members.put("about", JsonText.string(finding.about()));
    members.put("level", JsonText.string(level(finding)));
    members.put("found", JsonText.string(finding.found()));
    members.put("next", JsonText.string(finding.next()));
    return JsonText.object(members);
  }

  private static String level(Finding finding) {
    return finding.level().name().toLowerCase(Locale.ROOT);
  }
}
