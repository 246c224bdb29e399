package io.relaykv.shell.environment;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import io.relaykv.client.NodeAddress;
import io.relaykv.shell.failure.ShellException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a client.conf or an admin.conf says.
 *
 * @param nodes some nodes of the cluster; empty if it names none
 * @param apiKeyFile holds the key to show
 * @param protection of what is sent
 */
public record ClientConfig(
    List<NodeAddress> nodes, Optional<Path> apiKeyFile, Protection protection) {
  public static final ClientConfig NONE =
      new ClientConfig(List.of(), Optional.empty(), Protection.NONE);

  private static final String NODES = "nodes";
  private static final String API_KEY_FILE = "api-key-file";
  private static final String TLS_TRUST = "tls.trust";
  private static final String TLS_CERTIFICATE = "tls.certificate";
  private static final String TLS_KEY = "tls.key";
  private static final String TLS_ENABLED = "tls.enabled";
  private static final String INSECURE = "insecure";
  private static final List<String> KNOWN =
      List.of(NODES, API_KEY_FILE, TLS_TRUST, TLS_CERTIFICATE, TLS_KEY, TLS_ENABLED, INSECURE);
  private static final String HINT = "the file holds a line such as: nodes = [\"host:7400\"]";

  public ClientConfig {
    nodes = List.copyOf(nodes);
  }

  /**
   * Reads a file.
   *
   * @throws ShellException if it cannot be read, or does not say exactly what it should
   */
  public static ClientConfig read(Path file) {
    Config config = parse(file);
    refuseUnknown(file, config);
    try {
      return new ClientConfig(
          nodes(file, config), path(file, config, API_KEY_FILE), protection(file, config));
    } catch (IllegalArgumentException e) {
      throw wrong(file, String.valueOf(e.getMessage()));
    } catch (ConfigException e) {
      throw malformed(e);
    }
  }

  private static void refuseUnknown(Path file, Config config) {
    config
        .entrySet()
        .forEach(
            entry -> {
              String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
              if (!KNOWN.contains(key)) {
                throw wrong(
                    file,
                    "line %d: unknown key %s; known are: %s"
                        .formatted(
                            entry.getValue().origin().lineNumber(), key, String.join(", ", KNOWN)));
              }
            });
  }

  private static List<NodeAddress> nodes(Path file, Config config) {
    if (!config.hasPath(NODES)) {
      return List.of();
    }
    List<NodeAddress> nodes = config.getStringList(NODES).stream().map(NodeAddress::parse).toList();
    if (nodes.isEmpty()) {
      throw wrong(file, "the list of nodes is empty");
    }
    return nodes;
  }

  /** A relative name counts from the directory of the file that it stands in. */
  private static Optional<Path> path(Path file, Config config, String key) {
    return config.hasPath(key)
        ? Optional.of(file.toAbsolutePath().resolveSibling(config.getString(key)))
        : Optional.empty();
  }

  private static Protection protection(Path file, Config config) {
    Optional<Path> trust = path(file, config, TLS_TRUST);
    Optional<Path> certificate = path(file, config, TLS_CERTIFICATE);
    Optional<Path> key = path(file, config, TLS_KEY);
    boolean insecure = config.hasPath(INSECURE) && config.getBoolean(INSECURE);
    boolean files = trust.isPresent() || certificate.isPresent() || key.isPresent();
    boolean tls = config.hasPath(TLS_ENABLED) ? config.getBoolean(TLS_ENABLED) : files;
    if (certificate.isPresent() != key.isPresent()) {
      throw wrong(file, TLS_CERTIFICATE + " and " + TLS_KEY + " belong together");
    }
    if (files && !tls) {
      throw wrong(file, "there are files for TLS, and " + TLS_ENABLED + " is false");
    }
    if (tls && insecure) {
      throw wrong(file, INSECURE + " is for plain text, and TLS is on");
    }
    return new Protection(
        tls,
        trust,
        certificate.flatMap(shown -> key.map(k -> new Protection.OwnCertificate(shown, k))),
        insecure);
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

  /** What is wrong with the file. */
  public static ShellException wrong(Path file, String what) {
    return new ShellException(file + ": " + what, HINT);
  }
}
