package io.relaykv.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A node whose Raft log fails when it is told to, by a file that {@link LogFaultAgent} looks at.
 */
final class FailingLog implements Surroundings {
  private final Path agent;
  private final Path fault;

  /**
   * @param directory for the file and for the agent's
   */
  FailingLog(Path directory) {
    this.agent = directory.resolve("log-fault-agent.jar");
    this.fault = directory.resolve("log-fault");
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    // The class itself is on the class path of the node.
    attributes.putValue("Premain-Class", LogFaultAgent.class.getName());
    try {
      new JarOutputStream(Files.newOutputStream(agent), manifest).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> jvmArguments() {
    return List.of("-javaagent:%s=%s".formatted(agent, fault));
  }

  void fail(LogFault how) {
    try {
      // In one step: the node may look at any time.
      Path written =
          Files.writeString(fault.resolveSibling(fault.getFileName() + ".new"), how.name());
      Files.move(written, fault, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void mend() {
    try {
      Files.deleteIfExists(fault);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
