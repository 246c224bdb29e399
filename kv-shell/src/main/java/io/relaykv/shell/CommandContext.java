package io.relaykv.shell;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.NodeAddress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a command works with, once the options are parsed. */
final class CommandContext {
  private final ShellEnvironment environment;
  private final ClusterOptions options;
  private final PrintWriter err;

  CommandContext(ShellEnvironment environment, ClusterOptions options, PrintWriter err) {
    this.environment = environment;
    this.options = options;
    this.err = err;
  }

  ShellEnvironment environment() {
    return environment;
  }

  OutputFormat format() {
    return options.format();
  }

  /** For lists, whose lines mean nothing to people without headings. */
  OutputFormat listFormat() {
    return format() == OutputFormat.PLAIN ? OutputFormat.TABLE : format();
  }

  /** A client for data, to be closed by the caller. */
  KvClient client() {
    return environment.connector().client(connection("API key", lookup().forData()));
  }

  /** A client for operators, to be closed by the caller. */
  KvAdmin admin() {
    return environment.connector().admin(connection("admin key", lookup().forOperators()));
  }

  Output output() {
    return new Output(environment.out(), environment.terminal());
  }

  /** Says something that is no result. */
  void note(String line) {
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
        options
            .apiKeyFile()
            .map(environment.workingDirectory()::resolve)
            .or(config::apiKeyFile)
            .orElseThrow(() -> noKey(kindOfKey, file));
    return new Connection(nodes, keyFile, config.protection(), options.timeout());
  }

  private static ShellException noKey(String kind, Optional<Path> file) {
    return new ShellException(
        "no %s: neither --api-key-file nor %s names a file that holds one"
            .formatted(kind, file.map(Path::toString).orElse("a configuration file")),
        "kv-shell --api-key-file FILE ..");
  }
}
