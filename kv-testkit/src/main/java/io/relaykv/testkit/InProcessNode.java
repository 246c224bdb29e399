package io.relaykv.testkit;

import io.relaykv.server.FatalHandler;
import io.relaykv.server.KvNode;
import io.relaykv.server.NodeDirectory;
import io.relaykv.server.NodeSeams;
import io.relaykv.server.config.NodeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node in this JVM. */
final class InProcessNode implements TestNode {
  private final NodeFiles files;
  private final NodeSeams seams;
  private volatile @Nullable KvNode node;

  InProcessNode(NodeFiles files, NodeSeams seams) {
    this.files = files;
    this.seams = seams;
  }

  @Override
  public String id() {
    return files.id();
  }

  @Override
  public String clientAddress() {
    return files.clientAddress();
  }

  @Override
  public String peerAddress() {
    return files.peerAddress();
  }

  @Override
  public String httpAddress() {
    return files.httpAddress();
  }

  @Override
  public Path dataDirectory() {
    return files.data();
  }

  @Override
  public boolean isRunning() {
    return node != null;
  }

  @Override
  public boolean isPaused() {
    return false;
  }

  @Override
  public void start() {
    if (node != null) {
      throw new IllegalStateException(id() + " runs already");
    }
    NodeConfig config = NodeConfig.load(files.configuration(), Map.of(), Map.of());
    try {
      if (files.joins()) {
        NodeDirectory.makeToJoin(config);
      } else if (!Files.exists(files.data())) {
        NodeDirectory.bootstrap(config);
      }
      node = KvNode.start(config, new Ending(), seams);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a process does by halting. */
  private final class Ending implements FatalHandler {
    /** The node is closed by whoever closes the cluster. */
    @Override
    public void fatal(String what, Throwable cause) {
      System.err.println("Node " + id() + " would halt: " + what);
      cause.printStackTrace();
    }

    @Override
    public void end(int exitCode) {
      kill();
    }
  }

  @Override
  public void stop() {
    KvNode running = node;
    node = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public void kill() {
    KvNode running = node;
    node = null;
    if (running != null) {
      running.closeWithoutHandover();
    }
  }

  @Override
  public void pause() {
    throw new UnsupportedOperationException("a node in this JVM cannot be paused: use processes()");
  }

  @Override
  public void resume() {
    throw new UnsupportedOperationException("a node in this JVM cannot be paused: use processes()");
  }

  @Override
  public int exitCode() {
    throw new UnsupportedOperationException("a node in this JVM has none: use processes()");
  }
}
