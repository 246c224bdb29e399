package io.relaykv.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type of JSON comes back as it was put, in canonical form, also from a cluster that was
 * restarted.
 */
class JsonRoundTripIT {
  /** What is put, and what must come back. */
  private static final Map<String, String> VALUES = new LinkedHashMap<>();

  static {
    VALUES.put("null", "null");
    VALUES.put("true", "true");
    VALUES.put("false", "false");
    VALUES.put("0", "0");
    VALUES.put("-0", "-0");
    VALUES.put("1.0", "1.0");
    VALUES.put("1E5", "1E5");
    VALUES.put("-12.50e-300", "-12.50e-300");
    VALUES.put("123456789012345678901234567890", "123456789012345678901234567890");
    VALUES.put("42", "42");
    VALUES.put("\"42\"", "\"42\"");
    VALUES.put("\"\"", "\"\"");
    VALUES.put("\"\\u0041\\/\\u00e9\"", "\"A/é\"");
    VALUES.put("\"\\u0000\\n\\u001F\\u007f\"", "\"\\u0000\\n\\u001f\u007f\"");
    VALUES.put("\"\\ud83d\\ude00 \\\" \\\\\"", "\"😀 \\\" \\\\\"");
    VALUES.put("[]", "[]");
    VALUES.put("{}", "{}");
    VALUES.put(" [ 1 , \"two\" , null , [ ] ] ", "[1,\"two\",null,[]]");
    VALUES.put("{ \"b\" : 1 , \"a\" : { \"c\" : [ true ] } }", "{\"b\":1,\"a\":{\"c\":[true]}}");
    VALUES.put("[".repeat(64) + "]".repeat(64), "[".repeat(64) + "]".repeat(64));
  }

  @Test
  void everyTypeSurvivesPutRestartAndGet(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.processes(3, directory)) {
      try (KvClient client = cluster.newClient()) {
        int i = 0;
        for (String json : VALUES.keySet()) {
          client.put("json/" + i++, KvValue.parse(json));
        }
        assertAll(client);
      }
      cluster.killAll();
      cluster.startAll();
      cluster.awaitServing();
      try (KvClient client = cluster.newClient()) {
        assertAll(client);
      }
    }
  }

  private static void assertAll(KvClient client) {
    int i = 0;
    for (Map.Entry<String, String> value : VALUES.entrySet()) {
      assertThat(client.get("json/" + i++).map(KvValue::toJson))
          .as(value.getKey())
          .hasValue(value.getValue());
    }
  }
}
