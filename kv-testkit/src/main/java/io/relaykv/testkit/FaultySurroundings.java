package io.relaykv.testkit;

import io.relaykv.testkit.node.FaultAgent;
import io.relaykv.testkit.node.FaultyNodeMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Has a node run with all that faults can be put in by.
 *
 * @param disk what it is on
 * @param agent the file by which the JVM finds {@link FaultAgent}
 * @param moreJvmArguments of the test's choice
 * @param environment by which it finds the test
 */
record FaultySurroundings(
    Surroundings disk, Path agent, List<String> moreJvmArguments, Map<String, String> environment)
    implements Surroundings {
  /** Writes that file, which names the class alone: the class path has the class itself. */
  static Path writeAgent(Path directory) {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", FaultAgent.class.getName());
    try {
      Path agent = Files.createDirectories(directory).resolve("fault-agent.jar");
      new JarOutputStream(Files.newOutputStream(agent), manifest).close();
      return agent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> commandPrefix() {
    return disk.commandPrefix();
  }

  @Override
  public List<String> jvmArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("-javaagent:" + agent);
    arguments.addAll(moreJvmArguments);
    return arguments;
  }

  @Override
  public String mainClass() {
    return FaultyNodeMain.class.getName();
  }

  @Override
  public Path fromOutside(Path inside) {
    return disk.fromOutside(inside);
  }

  @Override
  public void close() {
    disk.close();
  }
}
