package io.relaykv.shell.command;

import io.relaykv.client.NodeAddress;
import io.relaykv.shell.output.OutputFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command: which cluster, and how to talk about it. */
public final class ClusterOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = {
        "Names the cluster: nodes, api-key-file, tls.trust. Default: $RELAYKV_CONFIG, else"
            + " build/local-cluster/client.conf in a checkout, else ~/.config/relaykv/client.conf.",
        "Operator commands prefer the admin.conf beside a client.conf."
      })
  private @Nullable Path config;

  @Option(
      names = "--nodes",
      paramLabel = "HOST:PORT",
      split = ",",
      scope = ScopeType.INHERIT,
      converter = NodeAddressConverter.class,
      description = "Nodes of the cluster, instead of those in the configuration file.")
  private List<NodeAddress> nodes = List.of();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Holds the key to show, instead of the one that the configuration file names.")
  private @Nullable Path apiKeyFile;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      converter = OutputFormatConverter.class,
      description = "plain, json (one document), jsonl (one object a line) or table.")
  private OutputFormat format = OutputFormat.PLAIN;

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "TIME",
      scope = ScopeType.INHERIT,
      converter = TimeoutConverter.class,
      description = "How long one operation may take in all: 500ms, 5s, 2m. Default: 5s.")
  private Duration timeout = Duration.ofSeconds(5);

  /** What is used unless an option says otherwise. */
  public ClusterOptions() {}

  /** The same options; what a command line adds to them is its own. */
  public ClusterOptions(ClusterOptions defaults) {
    config = defaults.config;
    nodes = defaults.nodes;
    apiKeyFile = defaults.apiKeyFile;
    format = defaults.format;
    timeout = defaults.timeout;
  }

  Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  List<NodeAddress> nodes() {
    return nodes;
  }

  Optional<Path> apiKeyFile() {
    return Optional.ofNullable(apiKeyFile);
  }

  OutputFormat format() {
    return format;
  }

  Duration timeout() {
    return timeout;
  }
}
