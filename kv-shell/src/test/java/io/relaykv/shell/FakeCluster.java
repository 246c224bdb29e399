package io.relaykv.shell;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KeyPage;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A cluster in memory: keeps values, fails on demand, and remembers how it was reached. */
final class FakeCluster implements ClusterConnector, KvClient, KvAdmin {
  /** Smaller than what the real one may return, so that tests meet page ends. */
  static final int MAX_PAGE_KEYS = 3;

  final TreeMap<String, KvValue> values = new TreeMap<>();
  final Map<String, RuntimeException> failures = new HashMap<>();
  final List<String> connections = new ArrayList<>();
  int open;
  ClusterStatus status = new ClusterStatus(List.of());

  @Override
  public KvClient client(List<NodeAddress> nodes, Duration timeout) {
    return connect("client", nodes, timeout);
  }

  @Override
  public KvAdmin admin(List<NodeAddress> nodes, Duration timeout) {
    return connect("admin", nodes, timeout);
  }

  private FakeCluster connect(String what, List<NodeAddress> nodes, Duration timeout) {
    connections.add(what + " " + nodes + " " + timeout);
    open++;
    return this;
  }

  @Override
  public Optional<KvValue> get(String key) {
    check(key);
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public void put(String key, KvValue value) {
    check(key);
    values.put(key, value);
  }

  @Override
  public void delete(String key) {
    check(key);
    values.remove(key);
  }

  private void check(String key) {
    if (!key.matches("[a-zA-Z0-9_\\-.=/]{1,512}")) {
      throw new InvalidRequestException("key \"" + key + "\" is not a key");
    }
    if (failures.containsKey(key)) {
      throw failures.get(key);
    }
  }

  @Override
  public Stream<String> keys(String prefix) {
    throw new UnsupportedOperationException();
  }

  @Override
  public KeyPage keys(String prefix, int limit, String after) {
    if (failures.containsKey(prefix)) {
      throw failures.get(prefix);
    }
    List<String> behind =
        values.tailMap(after, false).keySet().stream().filter(k -> k.startsWith(prefix)).toList();
    int size = Math.min(behind.size(), Math.min(limit, MAX_PAGE_KEYS));
    return new KeyPage(behind.subList(0, size), size < behind.size());
  }

  @Override
  public KvAsyncClient async() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ClusterStatus status() {
    return status;
  }

  @Override
  public void close() {
    open--;
  }
}
