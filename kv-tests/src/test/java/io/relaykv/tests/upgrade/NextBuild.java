package io.relaykv.tests.upgrade;

import io.relaykv.tests.mutation.Change;
import io.relaykv.tests.mutation.ChangingAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The version after this one, made of this one: it supports one more feature level, at which it has
 * one more command ({@link Greeting}). Which nodes have it installed stands in a directory; a node
 * is of that version from its next start on.
 */
public final class NextBuild {
  /** The newest level that it supports. */
  public static final int LEVEL = 2;

  /** Of our classes: they must not be loaded before they are changed. */
  private static final String STATE = "io.relaykv.statemachine.";

  private static final String LEVELS = STATE + "levels.FeatureLevels";

  /** What is different in it. */
  static final List<Change> CHANGES =
      List.of(
          new Change(LEVELS, "supported", Greeting.IsSupported.class),
          new Change(LEVELS, "of", Greeting.NeedsLevel.class),
          new Change(STATE + "UnknownCommandException", "throwIfUnknown", Greeting.IsKnown.class),
          new Change(STATE + "CommandApplier", "carryOut", Greeting.IsCarriedOut.class),
          new Change("io.relaykv.server.raft.RaftNode", "propose", Greeting.IsProposed.class));

  private final Path directory;

  /**
   * @param directory an empty one, until the nodes have ended
   */
  public NextBuild(Path directory) {
    this.directory = directory;
  }

  /** Of all nodes, whichever version they have. */
  public List<String> jvmArguments() {
    return List.of(
        ChangingAgent.jvmArgument(NextBuildAgent.class, directory.toString(), directory));
  }

  /** What a node of this version has written to its output. */
  public static String announcement() {
    return announcement(CHANGES.get(0));
  }

  static String announcement(Change made) {
    return "%s.%s is that of the next version".formatted(made.type(), made.method());
  }

  /** An operator installs it on a node. */
  public void installOn(String node) {
    try {
      Files.createFile(marker(directory, node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An operator installs the version before it again. */
  public void removeFrom(String node) {
    try {
      Files.delete(marker(directory, node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isInstalledOn(String node, Path directory) {
    return Files.exists(marker(directory, node));
  }

  private static Path marker(Path directory, String node) {
    return directory.resolve(node);
  }
}
