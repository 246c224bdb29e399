package io.relaykv.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

/**
 * Prints what compare.sh has measured as Markdown: the medians of each store with the ratio of RelayKV to it, and
 * whether each of RelayKV's aims is met. Its argument names a file with one JSON object for each measurement.
 */
public final class Table {
  private static final String OURS = "relaykv";

  /** One workload; its names in the results are those of the harness. */
  private record Workload(String title, String mode, String letter, int outstanding) {
    boolean isOf(Result result) {
      return result.text("mode").equals(mode)
          && result.text("workload").equals(letter)
          && result.number("conc") == outstanding;
    }
  }

  private static final Workload PUT_256 = new Workload("put, 256 outstanding, one client", "async", "W", 256);
  private static final Workload PUT_64 = new Workload("put, 64 outstanding, one client", "async", "W", 64);
  private static final Workload GET_256 = new Workload("get, 256 outstanding, one client", "async", "R", 256);
  private static final Workload GET_64 = new Workload("get, 64 outstanding, one client", "async", "R", 64);
  private static final Workload MIX_256 = new Workload("half and half, 256 outstanding, one client", "async", "M", 256);
  private static final Workload PUT_CLIENTS = new Workload("put, 64 clients, 1 outstanding each", "sync", "W", 64);
  private static final Workload GET_CLIENTS = new Workload("get, 64 clients, 1 outstanding each", "sync", "R", 64);
  private static final Workload PUT_1 = new Workload("put, 1 outstanding", "sync", "W", 1);
  private static final Workload GET_1 = new Workload("get, 1 outstanding", "sync", "R", 1);

  private static final List<Workload> BUSY =
      List.of(PUT_256, PUT_64, GET_256, GET_64, MIX_256, PUT_CLIENTS, GET_CLIENTS);

  /** RelayKV's share of another store's throughput must be at least this. */
  private record Share(Workload workload, String store, double atLeast) {}

  private static final List<Share> THROUGHPUT =
      List.of(
          new Share(PUT_256, "etcd", 6),
          new Share(PUT_256, "nats", 1.5),
          new Share(PUT_256, "zk", 5),
          new Share(PUT_256, "rheakv", 2.2),
          new Share(PUT_64, "etcd", 4),
          new Share(PUT_64, "nats", 1),
          new Share(GET_256, "etcd", 15),
          new Share(GET_256, "nats", 2.5),
          new Share(GET_256, "zk", 7),
          new Share(GET_64, "etcd", 12),
          new Share(GET_64, "nats", 2),
          new Share(MIX_256, "etcd", 6),
          new Share(MIX_256, "nats", 1.2),
          new Share(PUT_CLIENTS, "etcd", 3),
          new Share(GET_CLIENTS, "etcd", 8));

  /** RelayKV's median latency must be at most this part of another store's. */
  private record Part(Workload workload, String store, double atMost) {}

  private static final List<Part> LATENCY =
      List.of(new Part(PUT_1, "zk", 1), new Part(GET_1, "nats", 0.6), new Part(GET_1, "zk", 0.6));

  /** Processor time of the client and all nodes for one operation, in microseconds, must be at most this. */
  private record Cost(Workload workload, double atMost) {}

  private static final List<Cost> CPU = List.of(new Cost(PUT_256, 25), new Cost(GET_256, 8));

  private static final double WITH_TLS_AT_LEAST = 0.75;

  private final List<Result> results;
  private final Set<String> stores = new LinkedHashSet<>();

  private Table(List<Result> results) {
    this.results = results;
    results.forEach(result -> stores.add(result.text("peer")));
  }

  public static void main(String[] args) throws IOException {
    List<Result> results = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      results.add(Result.parse(line));
    }
    Table table = new Table(results);
    table.print("Operations per second", BUSY, "ops_s", Table::perSecond);
    table.print("Latency, median", List.of(PUT_1, GET_1), "p50_us", Table::micros);
    table.print("Latency, 99th percentile", List.of(PUT_256, GET_256, PUT_1, GET_1), "p99_us", Table::micros);
    table.print("Processor time per operation, client and all nodes", List.of(PUT_256, GET_256), "cpu_us_op", Table::micros);
    table.printAims();
    table.printNoise();
  }

  private static String perSecond(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String micros(double value) {
    return value < 1000
        ? String.format(Locale.ROOT, "%.0f us", value)
        : String.format(Locale.ROOT, "%.2f ms", value / 1000);
  }

  private void print(
      String title, List<Workload> workloads, String field, DoubleFunction<String> format) {
    System.out.println("| " + title + " | " + String.join(" | ", stores) + " |");
    System.out.println("|---|" + "---|".repeat(stores.size()));
    for (Workload workload : workloads) {
      StringJoiner row = new StringJoiner(" | ", "| " + workload.title() + " | ", " |");
      OptionalDouble ours = median(workload, OURS, field);
      for (String store : stores) {
        row.add(cell(ours, median(workload, store, field), store, format));
      }
      System.out.println(row);
    }
    System.out.println();
  }

  private static String cell(
      OptionalDouble ours, OptionalDouble theirs, String store, DoubleFunction<String> format) {
    if (theirs.isEmpty()) {
      return "-";
    }
    String value = format.apply(theirs.getAsDouble());
    return ours.isEmpty() || store.equals(OURS)
        ? value
        : String.format(Locale.ROOT, "%s (%.2f x)", value, ours.getAsDouble() / theirs.getAsDouble());
  }

  private void printAims() {
    System.out.println("| Aim | measured | met |");
    System.out.println("|---|---|---|");
    for (Share aim : THROUGHPUT) {
      ratio(aim.workload(), OURS, aim.store(), "ops_s")
          .ifPresent(
              ratio ->
                  printAim(
                      "%s: at least %s x %s".formatted(aim.workload().title(), plain(aim.atLeast()), aim.store()),
                      "%.2f x".formatted(ratio),
                      ratio >= aim.atLeast()));
    }
    for (Part aim : LATENCY) {
      ratio(aim.workload(), OURS, aim.store(), "p50_us")
          .ifPresent(
              ratio ->
                  printAim(
                      "%s: median at most %s x %s".formatted(aim.workload().title(), plain(aim.atMost()), aim.store()),
                      "%.2f x".formatted(ratio),
                      ratio <= aim.atMost()));
    }
    for (Cost aim : CPU) {
      median(aim.workload(), OURS, "cpu_us_op")
          .ifPresent(
              cost ->
                  printAim(
                      "%s: at most %s us of processor time".formatted(aim.workload().title(), plain(aim.atMost())),
                      "%.1f us".formatted(cost),
                      cost <= aim.atMost()));
    }
    for (Workload workload : BUSY) {
      ratio(workload, OURS + "-tls", OURS, "ops_s")
          .ifPresent(
              ratio ->
                  printAim(
                      "%s: with TLS at least %s x".formatted(workload.title(), plain(WITH_TLS_AT_LEAST)),
                      "%.2f x".formatted(ratio),
                      ratio >= WITH_TLS_AT_LEAST));
    }
    System.out.println();
  }

  private static void printAim(String aim, String measured, boolean met) {
    System.out.println("| " + aim + " | " + measured + " | " + (met ? "yes" : "**no**") + " |");
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  /** What else went on, and whether what was asked was answered. */
  private void printNoise() {
    double others = results.stream().mapToDouble(result -> result.number("cpu_other")).max().orElse(0);
    System.out.printf(
        Locale.ROOT,
        "Other programs, the idle stores among them, used %.2f cores at most, %.2f in the median.%n",
        others,
        median(results.stream(), "cpu_other").orElse(0));
    for (Result result : results) {
      if (result.number("errors") > 0 || result.number("misses") > 0) {
        System.out.printf(
            Locale.ROOT,
            "%s %s %s %.0f: %.0f failed, %.0f found nothing (%s)%n",
            result.text("peer"),
            result.text("mode"),
            result.text("workload"),
            result.number("conc"),
            result.number("errors"),
            result.number("misses"),
            result.text("error"));
      }
    }
  }

  private OptionalDouble ratio(Workload workload, String store, String other, String field) {
    OptionalDouble ours = median(workload, store, field);
    OptionalDouble theirs = median(workload, other, field);
    return ours.isEmpty() || theirs.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble());
  }

  private OptionalDouble median(Workload workload, String store, String field) {
    return median(
        results.stream().filter(result -> workload.isOf(result) && result.text("peer").equals(store)), field);
  }

  private static OptionalDouble median(Stream<Result> of, String field) {
    double[] sorted = of.mapToDouble(result -> result.number(field)).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }

  /** One line of the harness. */
  private record Result(Map<String, String> fields) {
    static Result parse(String line) throws IOException {
      Map<String, String> fields = new LinkedHashMap<>();
      try (JsonParser parser = new JsonFactory().createParser(line)) {
        while (parser.nextToken() != null) {
          if (parser.currentToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, parser.getText());
          }
        }
      }
      return new Result(fields);
    }

    String text(String field) {
      String value = fields.get(field);
      if (value == null) {
        throw new IllegalArgumentException("a line has no " + field + ": " + fields);
      }
      return value;
    }

    double number(String field) {
      return Double.parseDouble(text(field));
    }
  }
}
