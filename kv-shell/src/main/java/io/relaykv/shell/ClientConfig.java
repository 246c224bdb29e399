package io.relaykv.shell;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.relaykv.client.NodeAddress;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a client.conf or an admin.conf says.
 *
 * @param nodes some nodes of the cluster, at least one
 */
record ClientConfig(List<NodeAddress> nodes) {
  private static final String NODES = "nodes";
  private static final String HINT = "the file holds a line such as: nodes = [\"host:7400\"]";

  ClientConfig {
    nodes = List.copyOf(nodes);
  }

  /**
   * Reads a file.
   *
   * @throws ShellException if it cannot be read, or does not say exactly what it should
   */
  static ClientConfig read(Path file) {
    Config config = parse(file);
    config
        .root()
        .forEach(
            (key, value) -> {
              if (!key.equals(NODES)) {
                int line = value.origin().lineNumber();
                throw wrong(file, "line " + line + ": unknown key " + key + "; known is: " + NODES);
              }
            });
    try {
      List<NodeAddress> nodes =
          config.getStringList(NODES).stream().map(NodeAddress::parse).toList();
      if (nodes.isEmpty()) {
        throw wrong(file, "the list of nodes is empty");
      }
      return new ClientConfig(nodes);
    } catch (ConfigException.Missing e) {
      throw wrong(file, "there are no nodes");
    } catch (IllegalArgumentException e) {
      throw wrong(file, String.valueOf(e.getMessage()));
    } catch (ConfigException e) {
      throw malformed(e);
    }
  }

  private static Config parse(Path file) {
    try {
      return ConfigFactory.parseReader(
          new StringReader(Files.readString(file)),
          ConfigParseOptions.defaults()
              .setSyntax(ConfigSyntax.CONF)
              .setOriginDescription(file.toString()));
    } catch (NoSuchFileException e) {
      throw wrong(file, "no such file");
    } catch (IOException e) {
      throw wrong(file, "cannot be read: " + e.getMessage());
    } catch (ConfigException e) {
      throw malformed(e);
    }
  }

  /** The message names file and line itself. */
  private static ShellException malformed(ConfigException e) {
    return new ShellException(String.valueOf(e.getMessage()), HINT);
  }

  private static ShellException wrong(Path file, String what) {
    return new ShellException(file + ": " + what, HINT);
  }
}
