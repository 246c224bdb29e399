package io.relaykv.shell.command;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.NodeAddress;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.shell.environment.ClientConfig;
import io.relaykv.shell.environment.ConfigLookup;
import io.relaykv.shell.environment.Connection;
import io.relaykv.shell.environment.ShellEnvironment;
import io.relaykv.shell.failure.ShellException;
import io.relaykv.shell.output.Output;
import io.relaykv.shell.output.OutputFormat;
import io.relaykv.shell.output.Progress;
import io.relaykv.shell.output.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a command works with, once the options are parsed. */
public final class CommandContext {
  private final ShellEnvironment environment;
  private final ClusterOptions options;
  private final PrintWriter err;
  private final Progress progress;

  public CommandContext(ShellEnvironment environment, ClusterOptions options, PrintWriter err) {
    this.environment = environment;
    this.options = options;
    this.err = err;
    this.progress = new Progress(err, environment.drawnProgress());
  }

  public ShellEnvironment environment() {
    return environment;
  }

  public OutputFormat format() {
    return options.format();
  }

  /** For lists, whose lines mean nothing to people without headings. */
  public OutputFormat listFormat() {
    return format() == OutputFormat.PLAIN ? OutputFormat.TABLE : format();
  }

  /** A client for data, to be closed by the caller. */
  public KvClient client() {
    return environment.connector().client(connection("API key", lookup().forData()));
  }

  /** A client for operators, to be closed by the caller. */
  public KvAdmin admin() {
    return environment.connector().admin(connectionOfOperators());
  }

  /**
   * The id of the API key for data, if it has one and it can be read.
   *
   * @throws ShellException if no cluster is named
   */
  public Optional<String> apiKeyId() {
    Path file = connection("API key", lookup().forData()).apiKeyFile();
    try {
      ApiKeyText key = ApiKeyText.parse(Files.readString(file).strip());
      return key.isAdmin() ? Optional.empty() : Optional.of(key.id());
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The first of the nodes that are named.
   *
   * @throws ShellException if none is
   */
  public String firstNode() {
    return connection("API key", lookup().forData()).nodes().get(0).toString();
  }

  /** The files for data and for operators, those that are named or found. */
  public Set<Path> configurationFiles() {
    Set<Path> files = new LinkedHashSet<>();
    lookup().forData().ifPresent(files::add);
    lookup().forOperators().ifPresent(files::add);
    return files;
  }

  /** The key that an option names instead of those in the files. */
  public Optional<Path> apiKeyFileOption() {
    return options.apiKeyFile().map(environment.workingDirectory()::resolve);
  }

  /**
   * How operators' commands reach the cluster.
   *
   * @throws ShellException if what is needed for it is not named
   */
  public Connection connectionOfOperators() {
    return connection("admin key", lookup().forOperators());
  }

  public Output output() {
    return new Output(environment.out(), environment.terminal());
  }

  /** Says how far the command is. */
  public Progress progress() {
    return progress;
  }

  /** Says something that is no result. */
  public void note(String line) {
    progress.clear();
    err.println(SafeText.line(line));
    err.flush();
  }

  private ConfigLookup lookup() {
    return new ConfigLookup(environment, options.config());
  }

  /** Flags win over the file; what no flag says comes from there. */
  private Connection connection(String kindOfKey, Optional<Path> file) {
    if (options.nodes().isEmpty() && file.isEmpty()) {
      throw lookup().nothingNamed();
    }
    ClientConfig config = file.map(ClientConfig::read).orElse(ClientConfig.NONE);
    List<NodeAddress> nodes = options.nodes().isEmpty() ? config.nodes() : options.nodes();
    if (nodes.isEmpty()) {
      throw ClientConfig.wrong(file.orElseThrow(), "there are no nodes");
    }
    Path keyFile =
        apiKeyFileOption().or(config::apiKeyFile).orElseThrow(() -> noKey(kindOfKey, file));
    return new Connection(nodes, keyFile, config.protection(), options.timeout());
  }

  private static ShellException noKey(String kind, Optional<Path> file) {
    return new ShellException(
        "no %s: neither --api-key-file nor %s names a file that holds one"
            .formatted(kind, file.map(Path::toString).orElse("a configuration file")),
        "kv-shell --api-key-file FILE ..");
  }
}
