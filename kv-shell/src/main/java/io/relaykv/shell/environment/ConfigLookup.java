package io.relaykv.shell.environment;

import io.relaykv.shell.failure.ShellException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the configuration file that names the cluster. */
public final class ConfigLookup {
  private static final String CLIENT_FILE = "client.conf";
  private static final String ADMIN_FILE = "admin.conf";

  private final ShellEnvironment environment;
  private final Optional<Path> given;

  public ConfigLookup(ShellEnvironment environment, Optional<Path> given) {
    this.environment = environment;
    this.given = given.map(environment.workingDirectory()::resolve);
  }

  /** The file for reading and writing data, if one is named or stands where it is looked for. */
  public Optional<Path> forData() {
    if (given.isPresent()) {
      return given;
    }
    String variable = environment.variable("RELAYKV_CONFIG");
    return variable.isEmpty()
        ? defaults().stream().filter(Files::exists).findFirst()
        : Optional.of(environment.workingDirectory().resolve(variable));
  }

  /** The file for operators: the admin.conf beside a client.conf, if there is one. */
  public Optional<Path> forOperators() {
    return forData().map(ConfigLookup::besideForOperators);
  }

  private static Path besideForOperators(Path file) {
    Path beside = file.resolveSibling(ADMIN_FILE);
    return file.endsWith(CLIENT_FILE) && Files.exists(beside) ? beside : file;
  }

  private List<Path> defaults() {
    List<Path> files = new ArrayList<>();
    checkout()
        .map(directory -> directory.resolve("build/local-cluster").resolve(CLIENT_FILE))
        .ifPresent(files::add);
    files.add(environment.homeDirectory().resolve(".config/relaykv").resolve(CLIENT_FILE));
    return files;
  }

  /** The checkout that deploy/kv-shell runs from, or the one around the working directory. */
  private Optional<Path> checkout() {
    String variable = environment.variable("RELAYKV_CHECKOUT");
    if (!variable.isEmpty()) {
      return Optional.of(Path.of(variable));
    }
    for (Path at = environment.workingDirectory(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("deploy/local-cluster.sh"))) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** For want of a file, and of nodes on the command line. */
  public ShellException nothingNamed() {
    return new ShellException(
        "no cluster named: give --nodes HOST:PORT,.. or --config FILE",
        defaults().stream().map(file -> file + ": no such file").toList(),
        "to start a cluster on this machine: deploy/local-cluster.sh up");
  }
}
