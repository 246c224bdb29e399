package io.relaykv.tests.docs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** A part of a YAML file of the checkout. */
record YamlValue(Object value) {
  /** The file's documents, in order. */
  static List<YamlValue> documents(String file) throws IOException {
    List<YamlValue> documents = new ArrayList<>();
    new Yaml().loadAll(Repository.read(file)).forEach(it -> documents.add(new YamlValue(it)));
    return documents;
  }

  /** The file's only document. */
  static YamlValue document(String file) throws IOException {
    return documents(file).get(0);
  }

  /** The document that describes the only object of that kind. */
  static YamlValue object(String file, String kind) throws IOException {
    return documents(file).stream()
        .filter(object -> object.at("kind").text().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " in " + file));
  }

  /** What is there, which must be: {@code spec.containers.0.image}. */
  YamlValue at(String path) {
    Object found = value;
    for (String step : path.split("\\.", -1)) {
      found =
          found instanceof List<?> list
              ? list.get(Integer.parseInt(step))
              : found instanceof Map<?, ?> map ? map.get(step) : null;
      if (found == null) {
        throw new AssertionError("no " + path + ": there is no " + step);
      }
    }
    return new YamlValue(found);
  }

  /** The elements of a list. */
  List<YamlValue> elements() {
    return ((List<?>) value).stream().map(YamlValue::new).toList();
  }

  /** The elements of a list of texts. */
  List<String> texts() {
    return elements().stream().map(YamlValue::text).toList();
  }

  /** The members of an object. */
  Map<String, YamlValue> members() {
    Map<String, YamlValue> members = new LinkedHashMap<>();
    ((Map<?, ?>) value).forEach((name, it) -> members.put(name.toString(), new YamlValue(it)));
    return members;
  }

  boolean has(String name) {
    return ((Map<?, ?>) value).containsKey(name);
  }

  /** A text, a number or a truth value as text. */
  String text() {
    return value.toString();
  }

  int number() {
    return (Integer) value;
  }
}
