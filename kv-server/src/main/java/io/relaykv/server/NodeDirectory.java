package io.relaykv.server;

import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.disk.DataFiles;
import io.relaykv.server.raft.ClusterIds;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A node's data directory:
 *
 * <pre>
 *   node.properties   whose directory it is: cluster and node, and whether it has ever been started
 *   raft/             Ratis' log, term and vote, snapshots
 *   db/               the live database
 *   high-water-mark   how far the log must reach at a start
 *   audit.log         changes by operators and refusals; may be taken away at any time
 * </pre>
 *
 * It is made by {@code bootstrap}, for a node of a new cluster, or by {@code start --join}, for one
 * that waits until it is added. A start without it, or with parts of it missing, is refused: a node
 * that lost its disk must not come back empty under its old name, as it has forgotten its votes and
 * what it acknowledged.
 */
public final class NodeDirectory {
  private static final String IDENTITY = "node.properties";
  private static final String FORMAT = "1";
  private static final String MEMBERSHIP = "membership";

  /** The node's way into the cluster and out of it; there is no way back. */
  enum Stage {
    /** It has been made to join, and has heard of nobody. */
    WAITING,
    /** It is being added, or was left out on the way. */
    WELCOMED,
    MEMBER,
    /** It has been a member. */
    REMOVED;

    private String written() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String REMEDY = "restore this node's data or replace the node";

  private final Path root;
  private final Properties identity;

  private NodeDirectory(Path root, Properties identity) {
    this.root = root;
    this.identity = identity;
  }

  /**
   * Makes the directory of a node of a new cluster.
   *
   * @throws StartRefusedException if it exists and is not empty
   */
  public static void bootstrap(NodeConfig config) throws IOException {
    if (!isMissingOrEmpty(config.dataDir())) {
      throw new StartRefusedException(
          "%s is not empty: a new cluster is made in an empty directory (start an existing node with `kv-server start`)"
              .formatted(config.dataDir()));
    }
    make(config, Stage.MEMBER);
  }

  /** Makes the directory of a node that is to join a cluster, unless there is one already. */
  public static void makeToJoin(NodeConfig config) throws IOException {
    if (isMissingOrEmpty(config.dataDir())) {
      make(config, Stage.WAITING);
    }
  }

  private static boolean isMissingOrEmpty(Path root) throws IOException {
    if (!Files.exists(root)) {
      return true;
    }
    try (Stream<Path> content = Files.list(root)) {
      // Where a file system of its own is mounted, that has made this directory.
      return content.allMatch(file -> file.endsWith("lost+found"));
    }
  }

  private static void make(NodeConfig config, Stage stage) throws IOException {
    Path root = config.dataDir();
    Files.createDirectories(root);
    Properties identity = new Properties();
    identity.setProperty("format", FORMAT);
    identity.setProperty("cluster.name", config.cluster().name());
    identity.setProperty("cluster.id", ClusterIds.of(config.cluster().name()).toString());
    identity.setProperty("node.id", config.nodeId());
    identity.setProperty("started", "false");
    identity.setProperty(MEMBERSHIP, stage.written());
    new NodeDirectory(root, identity).write();
  }

  /**
   * Opens the directory of an existing node.
   *
   * @throws StartRefusedException if there is none, or it is another node's, or parts of it are
   *     gone
   */
  static NodeDirectory open(NodeConfig config) throws IOException {
    Path root = config.dataDir();
    Path file = root.resolve(IDENTITY);
    if (!Files.exists(file)) {
      throw new StartRefusedException(
          "%s holds no RelayKV node: for a new cluster, run `kv-server bootstrap` with the same configuration first; to add a node to a cluster, `kv-server start --join`; a node that lost its data must be replaced, under another name"
              .formatted(root));
    }
    Properties identity = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      identity.load(reader);
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw new StartRefusedException(
          "%s is damaged: %s; %s".formatted(file, e.getMessage(), REMEDY));
    }
    NodeDirectory directory = new NodeDirectory(root, identity);
    if (!identity.getProperty("format", "").equals(FORMAT)) {
      throw new StartRefusedException(
          "%s is damaged or of another version: it says format = %s, not %s; %s"
              .formatted(file, identity.getProperty("format", ""), FORMAT, REMEDY));
    }
    if (!identity.getProperty("started", "").matches("true|false")) {
      throw new StartRefusedException(
          "%s is damaged: it does not say whether the node has run before; %s"
              .formatted(file, REMEDY));
    }
    directory.require("cluster.name", config.cluster().name());
    directory.require("node.id", config.nodeId());
    directory.requireNotRemoved();
    if (directory.wasStarted() && !Files.isDirectory(directory.log())) {
      throw new StartRefusedException(
          "%s is gone, though this node has run before; %s".formatted(directory.log(), REMEDY));
    }
    return directory;
  }

  private void requireNotRemoved() {
    if (stage() == Stage.REMOVED) {
      throw new StartRefusedException(
          "%s belongs to a node that is no longer a member of cluster %s: to add this machine again, start it with an empty data directory and another node.id by `kv-server start --join`"
              .formatted(root, identity.getProperty("cluster.name")));
    }
  }

  /** How far the node is on its way. */
  Stage stage() {
    String written = identity.getProperty(MEMBERSHIP, Stage.MEMBER.written());
    return Arrays.stream(Stage.values())
        .filter(stage -> stage.written().equals(written))
        .findFirst()
        .orElseThrow(
            () ->
                new StartRefusedException(
                    "%s is damaged: it says %s = %s"
                        .formatted(root.resolve(IDENTITY), MEMBERSHIP, written)));
  }

  /** Remembers how far the node is; on disk when this returns. */
  synchronized void mark(Stage stage) throws IOException {
    if (stage() != stage) {
      identity.setProperty(MEMBERSHIP, stage.written());
      write();
    }
  }

  /** Ratis demands it too, but says neither how much there is nor which setting asks for it. */
  void requireFreeBytes(long bytes) throws IOException {
    long free = Files.getFileStore(root).getUsableSpace();
    if (free < bytes) {
      throw new IOException(
          "%s has %d bytes of free space; disk.free-min asks for %d".formatted(root, free, bytes));
    }
  }

  private void require(String key, String expected) {
    String found = identity.getProperty(key, "");
    if (!found.equals(expected)) {
      throw new StartRefusedException(
          "%s says %s = %s; the configuration says %s: data.dir must name this node's own data"
              .formatted(root.resolve(IDENTITY), key, found, expected));
    }
  }

  /** Whether the node has run before. */
  boolean wasStarted() {
    return Boolean.parseBoolean(identity.getProperty("started"));
  }

  /** Remembers that the node has run: from now on its log must be there. */
  synchronized void markStarted() throws IOException {
    if (!wasStarted()) {
      identity.setProperty("started", "true");
      write();
    }
  }

  private Path log() {
    return ofCluster().resolve("current");
  }

  private Path ofCluster() {
    return raft().resolve(identity.getProperty("cluster.id", ""));
  }

  /** What is checked at a start. */
  DataFiles files() {
    return new DataFiles(
        log(), ofCluster().resolve("sm"), database(), root.resolve("high-water-mark"));
  }

  Path raft() {
    return root.resolve("raft");
  }

  /** Of changes by operators and refusals. */
  Path auditLog() {
    return root.resolve("audit.log");
  }

  Path database() {
    return root.resolve("db");
  }

  private void write() throws IOException {
    Path unfinished = root.resolve(IDENTITY + ".tmp");
    try (Writer writer = Files.newBufferedWriter(unfinished)) {
      identity.store(writer, "Written by RelayKV; not for editing");
    }
    sync(unfinished, StandardOpenOption.WRITE);
    Files.move(
        unfinished,
        root.resolve(IDENTITY),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    sync(root, StandardOpenOption.READ);
  }

  private static void sync(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }
}
