package io.relaykv.tests.docs;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node shows to Prometheus.
 *
 * @param help by family
 * @param types by family
 */
record MetricsPage(Map<String, String> help, Map<String, String> types, List<Sample> samples) {
  private static final Pattern SAMPLE =
      Pattern.compile("(?<name>\\w+)(?:\\{(?<labels>.*)\\})? (?<value>\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  record Sample(String name, Map<String, String> labels, double value) {
    boolean has(Map<String, String> wanted) {
      return labels.entrySet().containsAll(wanted.entrySet());
    }
  }

  static MetricsPage parse(String text) {
    Map<String, String> help = new TreeMap<>();
    Map<String, String> types = new TreeMap<>();
    List<Sample> samples =
        text.lines()
            .filter(line -> !isAboutAFamily(line, help, types))
            .map(MetricsPage::sample)
            .toList();
    return new MetricsPage(help, types, samples);
  }

  private static boolean isAboutAFamily(
      String line, Map<String, String> help, Map<String, String> types) {
    if (!line.startsWith("# ")) {
      return false;
    }
    String[] parts = line.split(" ", 4);
    (parts[1].equals("HELP") ? help : types).put(parts[2], parts[3]);
    return true;
  }

  private static Sample sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new IllegalArgumentException("no sample: " + line);
    }
    Map<String, String> labels = new LinkedHashMap<>();
    if (sample.group("labels") != null) {
      Matcher label = LABEL.matcher(sample.group("labels"));
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
    }
    return new Sample(sample.group("name"), labels, Double.parseDouble(sample.group("value")));
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>();
    samples.forEach(sample -> names.add(sample.name()));
    return names;
  }

  /** All samples of that name with these labels, added up. */
  double sum(String name, Map<String, String> labels) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name) && sample.has(labels))
        .mapToDouble(Sample::value)
        .sum();
  }

  /** The names of the labels that the samples of that name have. */
  Set<Set<String>> labelNames(String name) {
    Set<Set<String>> found = new HashSet<>();
    samples.stream()
        .filter(sample -> sample.name().equals(name))
        .map(sample -> Set.copyOf(sample.labels().keySet()))
        .forEach(found::add);
    return found;
  }

  boolean showsAll(Collection<String> wanted) {
    return names().containsAll(wanted);
  }
}
