package io.relaykv.shell;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.NodeAddress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

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

  /** A client for data, to be closed by the caller. */
  KvClient client() {
    List<NodeAddress> nodes = nodes(lookup()::forData);
    return environment.connector().client(nodes, options.timeout());
  }

  /** A client for operators, to be closed by the caller. */
  KvAdmin admin() {
    List<NodeAddress> nodes = nodes(lookup()::forOperators);
    return environment.connector().admin(nodes, options.timeout());
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

  private List<NodeAddress> nodes(Supplier<Path> file) {
    return options.nodes().isEmpty() ? ClientConfig.read(file.get()).nodes() : options.nodes();
  }
}
