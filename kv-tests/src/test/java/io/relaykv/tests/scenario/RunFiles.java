package io.relaykv.tests.scenario;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run leaves behind, in a directory of its own: {@code history.jsonl}, {@code faults.jsonl},
 * {@code meta.json}, {@code verdict.txt} and the nodes' logs and data in {@code cluster/}. Kept if
 * the run failed.
 */
final class RunFiles {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path directory;

  RunFiles(Path directory) {
    this.directory = directory.toAbsolutePath();
    if (Files.exists(directory)) {
      delete();
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path directory() {
    return directory;
  }

  Path cluster() {
    return directory.resolve("cluster");
  }

  Path history() {
    return directory.resolve("history.jsonl");
  }

  void meta(Scenario scenario, long seed, String bug) {
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("scenario", scenario.toString());
    meta.put("seed", seed);
    meta.put("bug", bug);
    meta.put("nodes", Scenario.NODES);
    meta.put("settings", scenario.settings().toString());
    meta.put("version", String.valueOf(version("io.relaykv.server.KvNode")));
    meta.put("ratis", String.valueOf(version("org.apache.ratis.server.RaftServer")));
    meta.put("java", Runtime.version().toString());
    meta.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    write("meta.json", json(meta) + "\n");
  }

  private static String version(String type) {
    try {
      Package home = Class.forName(type).getPackage();
      return home.getImplementationVersion();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  void fault(FaultRecord fault) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("start", fault.startNanos());
    line.put("end", fault.endNanos());
    line.put("kind", fault.kind());
    line.put("target", fault.target());
    line.put("role", fault.roles());
    line.put("leaderStruckBefore", fault.leaderStruck());
    line.put("termBefore", fault.before().term());
    line.put("termAfter", fault.termAfter());
    line.put("proof", fault.proof().orElse(""));
    write("faults.jsonl", json(line) + "\n");
  }

  void verdict(String text) {
    write("verdict.txt", text + "\n");
  }

  private static String json(Map<String, Object> fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, Object> field : fields.entrySet()) {
        if (field.getValue() instanceof Long number) {
          json.writeNumberField(field.getKey(), number);
        } else if (field.getValue() instanceof Boolean answer) {
          json.writeBooleanField(field.getKey(), answer);
        } else {
          json.writeStringField(field.getKey(), field.getValue().toString());
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void write(String name, String text) {
    try {
      Files.writeString(
          directory.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
