package io.relaykv.tests.browser;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.relaykv.server.http.NodeProbe;
import io.relaykv.server.http.Readiness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Answers of {@code /status}, made up. */
final class Documents {
  private static final long GIB = 1L << 30;

  static final String HEALTHY =
      render(
          document(
              "n1",
              verdict(
                  "healthy", "Healthy", "3 of 3 nodes up, n1 leads; 1 more may fail.", List.of()),
              List.of(
                  node("n1", "LEADER", true, 0, 1_204_338, 0, 52.4, false),
                  node("n2", "FOLLOWER", true, 210, 1_204_331, 0, 41.8, false),
                  node("n3", "FOLLOWER", true, 640, 1_204_102, 3, 77.0, false)),
              busy()));

  static final String DEGRADED =
      render(
          document(
              "n1",
              verdict(
                  "degraded",
                  "Degraded",
                  "2 of 3 nodes up, n1 leads; no further node may fail. n3 does not answer. The"
                      + " disk of n1 is nearly full, so puts are refused while gets and deletes go"
                      + " on.",
                  List.of(
                      "Start n3 again. If it runs already, its log says why the others do not hear"
                          + " of it; a node that has lost its disk is replaced by one with a new"
                          + " name.",
                      "Give the disk of n1 room, or delete keys: a node whose disk is full halts.")),
              List.of(
                  node("n1", "LEADER", true, 0, 1_204_338, 0, 0.7, true),
                  node("n2", "FOLLOWER", true, 210, 1_204_331, 0, 41.8, false),
                  node("n3", "UNKNOWN", false, 187_000, 1_162_007, 42_331, 77.0, false)),
              interrupted()));

  static final String JOINING =
      render(
          document(
              "n4",
              verdict(
                  "joining",
                  "Waiting to be added",
                  "n4 is not a member of cluster orders yet; it serves nobody.",
                  List.of("Run kv-shell member add: the log of n4 has the line.")),
              List.of(),
              history(List.of(), List.of())));

  private Documents() {}

  /** One of a cluster at level 1, n1 to n3 of which support these; null: it has not said so. */
  static String upgrading(@Nullable Integer... supported) {
    List<Map<String, Object>> nodes = new ArrayList<>();
    for (int i = 0; i < supported.length; i++) {
      Map<String, Object> node =
          node("n" + (i + 1), i == 0 ? "LEADER" : "FOLLOWER", true, i, 1_204_338, 0, 52.4, false);
      node.put("supported_feature_level", supported[i]);
      nodes.add(node);
    }
    return render(
        document(
            "n1",
            verdict("healthy", "Healthy", "3 of 3 nodes up, n1 leads; 1 more may fail.", List.of()),
            nodes,
            busy()));
  }

  /** One in which every text is {@code text}. */
  static String saying(String text) {
    Map<String, Object> document =
        document(
            text,
            verdict("degraded", text, text, List.of(text)),
            List.of(node(text, text, true, 0, 1, 0, 1, false)),
            busy());
    document.put("cluster", text);
    document.put("version", text);
    document.put("leader", text);
    document.put("checks", List.of(Map.of("name", text, "passed", false, "detail", text)));
    return render(document);
  }

  /** A node that says so. */
  record Node(String statusJson) implements NodeProbe {
    @Override
    public boolean alive() {
      return true;
    }

    @Override
    public Readiness ready() {
      return new Readiness(List.of());
    }
  }

  private static String render(Map<String, Object> document) {
    return ConfigValueFactory.fromMap(document).render(ConfigRenderOptions.concise());
  }

  private static Map<String, Object> document(
      String node,
      Map<String, Object> verdict,
      List<Map<String, Object>> nodes,
      Map<String, Object> history) {
    boolean member = !nodes.isEmpty();
    Map<String, Object> json = new HashMap<>();
    json.put("time", "2026-03-04T09:41:07.312Z");
    json.put("cluster", "orders");
    json.put("node", node);
    json.put("version", "0.1.0");
    json.put("started_at", "2026-02-21T22:10:00Z");
    json.put("role", member ? "LEADER" : "JOINING");
    json.put("leader", member ? node : "");
    json.put("term", 7);
    json.put("applied_index", 1_204_338);
    json.put("committed_index", 1_204_338);
    json.put("last_log_index", 1_204_340);
    json.put("snapshot_index", 1_100_021);
    json.put("feature_level", 1);
    json.put(
        "replica_check",
        member ? Map.of("index", 1_180_400, "hashed_bytes", 4096, "sha256", "00ff") : null);
    json.put("verdict", verdict);
    json.put("nodes", nodes);
    json.put("ready", member);
    json.put(
        "checks",
        List.of(
            check("member", member, member ? "it is a member" : "it waits to be added"),
            check("leader", member, member ? "n1 leads" : "no leader is known"),
            check("applied", true, "0 committed entries are not applied yet"),
            check("barrier", member, member ? "passed 0.2 s ago" : "not passed yet")));
    json.put("history", history);
    return json;
  }

  private static Map<String, Object> check(String name, boolean passed, String detail) {
    return Map.of("name", name, "passed", passed, "detail", detail);
  }

  private static Map<String, Object> verdict(
      String health, String word, String text, List<String> next) {
    return Map.of("health", health, "word", word, "text", text, "next", next);
  }

  private static Map<String, Object> node(
      String id,
      String role,
      boolean up,
      long silentMs,
      long applied,
      long behind,
      double freeGib,
      boolean shortOfDisk) {
    Map<String, Object> json = new HashMap<>();
    json.put("node", id);
    json.put("self", silentMs == 0);
    json.put("client_address", "kv-" + id + ".example.org:7400");
    json.put("peer_address", "kv-" + id + ".example.org:7401");
    json.put("role", role);
    json.put("up", up);
    json.put("silent_ms", silentMs);
    json.put("applied_index", applied);
    json.put("behind_entries", behind);
    json.put("disk_free_bytes", (long) (freeGib * GIB));
    json.put("disk_total_bytes", (long) (98.3 * GIB));
    json.put("short_of_disk", shortOfDisk);
    json.put("version", id.startsWith("n") ? "0.1.0" : id);
    json.put("started_at", "2026-02-21T22:10:00Z");
    json.put("supported_feature_level", 1);
    return json;
  }

  /** Five minutes of traffic. */
  private static Map<String, Object> busy() {
    List<Double> rates = new ArrayList<>(IntStream.range(0, 59).mapToObj(Documents::rate).toList());
    rates.add(21_480.0);
    List<Double> p99 = new ArrayList<>(IntStream.range(0, 59).mapToObj(Documents::p99).toList());
    p99.add(0.00231);
    return history(rates, p99);
  }

  /** Traffic with a break in it. */
  private static Map<String, Object> interrupted() {
    List<Double> rates = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      boolean silent = i >= 30 && i < 34;
      rates.add(silent ? 0.0 : rate(i) / 40);
      p99.add(silent ? null : p99(i) * (i == 34 ? 90 : 1));
    }
    return history(rates, p99);
  }

  private static double rate(int i) {
    return 18_000 + 3_500 * Math.sin(i / 7.0) + 900 * Math.sin(i * 2.1);
  }

  private static double p99(int i) {
    return 0.0022 + 0.0004 * Math.sin(i / 5.0) + 0.0003 * Math.sin(i * 1.7);
  }

  private static Map<String, Object> history(List<Double> rates, List<Double> p99) {
    return Map.of(
        "interval_seconds",
        5,
        "intervals_kept",
        60,
        "operations_per_second",
        rates,
        "p99_seconds",
        p99);
  }
}
