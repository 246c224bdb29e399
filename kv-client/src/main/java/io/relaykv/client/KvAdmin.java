package io.relaykv.client;

import io.relaykv.client.internal.GrpcKvAdmin;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** What operators ask of a cluster. Thread-safe. */
public interface KvAdmin extends AutoCloseable {

  /** A builder with every default in place but {@link Builder#nodes}. */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Asks every node of the list, and every member that an answering node names, all at once. Never
   * fails for a node that does not answer: it becomes an unreachable entry.
   */
  ClusterStatus status();

  @Override
  void close();

  /** Collects what an admin client needs. Not thread-safe. */
  final class Builder {
    private List<NodeAddress> nodes = List.of();
    private Duration requestTimeout = Duration.ofSeconds(5);

    Builder() {}

    /** As {@link KvClient.Builder#nodes(String...)}. */
    public Builder nodes(String... addresses) {
      return nodes(List.of(addresses));
    }

    /** As {@link KvClient.Builder#nodes(String...)}. */
    public Builder nodes(Collection<String> addresses) {
      this.nodes = NodeAddress.parseAll(addresses);
      return this;
    }

    /** How long one node may take to answer: 1 ms to 5 min; 5 s by default. */
    public Builder requestTimeout(Duration timeout) {
      if (timeout.compareTo(Duration.ofMillis(1)) < 0
          || timeout.compareTo(KvClient.MAX_TIMEOUT) > 0) {
        throw new IllegalArgumentException(
            "requestTimeout is " + timeout + "; allowed is 1 ms to 5 min");
      }
      this.requestTimeout = timeout;
      return this;
    }

    /**
     * An admin client. It connects when it is first asked.
     *
     * @throws IllegalStateException if no nodes were given
     */
    public KvAdmin build() {
      if (nodes.isEmpty()) {
        throw new IllegalStateException("no nodes given: call nodes(\"host:7400\", ...) first");
      }
      return GrpcKvAdmin.open(nodes, requestTimeout);
    }
  }
}
