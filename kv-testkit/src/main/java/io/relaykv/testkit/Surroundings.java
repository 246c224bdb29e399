package io.relaykv.testkit;

import java.nio.file.Path;
import java.util.List;

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

  /** Where this process finds a file of the node. */
  default Path fromOutside(Path inside) {
    return inside;
  }

  @Override
  default void close() {}
}
