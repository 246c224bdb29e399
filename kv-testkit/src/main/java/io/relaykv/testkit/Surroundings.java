package io.relaykv.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the process of a node is put into, so that something can be done to it. */
interface Surroundings extends AutoCloseable {
  /** The machine as it is. */
  Surroundings PLAIN = new Surroundings() {};

  /** What stands before the command line of the node. */
  default List<String> commandPrefix() {
    return List.of();
  }

  default List<String> jvmArguments() {
    return List.of();
  }

  /** What runs the node. */
  default String mainClass() {
    return "io.relaykv.server.KvServerMain";
  }

  default Map<String, String> environment() {
    return Map.of();
  }

  /** Where this process finds a file of the node. */
  default Path fromOutside(Path inside) {
    return inside;
  }

  @Override
  default void close() {}
}
