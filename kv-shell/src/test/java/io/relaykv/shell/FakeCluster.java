package io.relaykv.shell;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.ApiKeyInfo;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.ClusterMember;
import io.relaykv.client.ClusterMembers;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.FeatureLevelChange;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.JoinProgress;
import io.relaykv.client.KeyPage;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.LogLevel;
import io.relaykv.client.NewApiKey;
import io.relaykv.client.RefusedException;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.shell.environment.ClusterConnector;
import io.relaykv.shell.environment.Connection;
import io.relaykv.shell.failure.ShellException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A cluster in memory: keeps values, fails on demand, and remembers how it was reached. */
public final class FakeCluster implements ClusterConnector, KvClient, KvAdmin {
  public static final String SECRET = "0123456789abcdef".repeat(4);

  /** Smaller than what the real one may return, so that tests meet page ends. */
  public static final int MAX_PAGE_KEYS = 3;

  /** Answers what is asked of {@link #async}. */
  private static final Executor NETWORK =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "fake-network");
            thread.setDaemon(true);
            return thread;
          });

  public final ConcurrentSkipListMap<String, KvValue> values = new ConcurrentSkipListMap<>();
  public final Map<String, RuntimeException> failures = new HashMap<>();
  public final List<String> connections = new CopyOnWriteArrayList<>();
  public final TreeMap<String, AccountInfo> accounts = new TreeMap<>();
  public final TreeMap<Long, ApiKeyInfo> apiKeys = new TreeMap<>();
  public final TreeMap<String, ClusterMember> members = new TreeMap<>();
  public final TreeMap<String, LogLevel> logLevels = new TreeMap<>();
  public String leader = "n1";
  public int featureLevel = 1;
  public int supportedFeatureLevel = 2;
  public boolean adminKey = true;
  public Optional<RuntimeException> adminFailure = Optional.empty();
  public Runnable whenKeyIsMade = () -> {};
  public Optional<Connection> last = Optional.empty();
  public volatile int open;
  public volatile ClusterStatus status = new ClusterStatus(List.of());

  /** What every status but the first one is, if it is another. */
  public Optional<ClusterStatus> laterStatus = Optional.empty();

  public int statusesLeft = Integer.MAX_VALUE;
  public ReplicaCheck check = new ReplicaCheck(1, List.of());
  public List<ReplicaCheck> checkProgress = List.of();

  public Optional<BackupInfo> backup = Optional.empty();
  public List<BackupProgress> restoreProgress = List.of();
  public final List<String> backups = new ArrayList<>();

  public FakeCluster() {
    members.put("n1", new ClusterMember("n1", "kv1:7400", "kv1:7401", true, 0, Duration.ZERO));
  }

  @Override
  public KvClient client(Connection to) {
    return connect("client", to);
  }

  @Override
  public KvAdmin admin(Connection to) {
    if (!adminKey) {
      throw new ShellException("this is an API key of an account", "");
    }
    return connect("admin", to);
  }

  private synchronized FakeCluster connect(String what, Connection to) {
    connections.add(what + " " + to.nodes() + " " + to.timeout());
    last = Optional.of(to);
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
  public Duration ping() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void awaitReady(Duration patience) {
    throw new UnsupportedOperationException();
  }

  @Override
  public KvAsyncClient async() {
    return new KvAsyncClient() {
      @Override
      public CompletableFuture<Optional<KvValue>> get(String key) {
        return answer(() -> FakeCluster.this.get(key));
      }

      @Override
      public CompletableFuture<Void> put(String key, KvValue value) {
        return answer(
            () -> {
              FakeCluster.this.put(key, value);
              return null;
            });
      }

      @Override
      public CompletableFuture<Void> delete(String key) {
        return answer(
            () -> {
              FakeCluster.this.delete(key);
              return null;
            });
      }

      @Override
      public CompletableFuture<KeyPage> keys(String prefix, int limit, String after) {
        throw new UnsupportedOperationException();
      }

      @Override
      public CompletableFuture<Duration> ping() {
        throw new UnsupportedOperationException();
      }

      @Override
      public CompletableFuture<Void> awaitReady(Duration patience) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private static <T> CompletableFuture<T> answer(Supplier<T> operation) {
    CompletableFuture<T> future = new CompletableFuture<>();
    NETWORK.execute(
        () -> {
          try {
            future.complete(operation.get());
          } catch (KvException e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  @Override
  public ClusterStatus status() {
    if (statusesLeft-- == 0) {
      throw new UnavailableException("enough", List.of());
    }
    ClusterStatus now = status;
    laterStatus.ifPresent(later -> status = later);
    return now;
  }

  @Override
  public AccountInfo createAccount(String name, long maxBytes) {
    mayFail();
    if (accounts.containsKey(name)) {
      throw new RefusedException("there is an account " + name + " already", List.of());
    }
    AccountInfo account =
        new AccountInfo(7L + accounts.size(), name, maxBytes, 1234, 0, ShellRunner.NOW);
    accounts.put(name, account);
    return account;
  }

  @Override
  public List<AccountInfo> accounts() {
    mayFail();
    return List.copyOf(accounts.values());
  }

  @Override
  public Optional<AccountInfo> account(String name) {
    mayFail();
    return Optional.ofNullable(accounts.get(name));
  }

  @Override
  public void deleteAccount(String name) {
    mayFail();
    accounts.remove(name);
  }

  @Override
  public NewApiKey createApiKey(
      String account, Set<ApiKeyRight> rights, Optional<Instant> expires, String label) {
    mayFail();
    long id = 17L + apiKeys.size();
    ApiKeyInfo info = new ApiKeyInfo(id, account, rights, true, expires, label, ShellRunner.NOW);
    apiKeys.put(id, info);
    whenKeyIsMade.run();
    return new NewApiKey(info, ApiKeyText.parse("rk_" + id + "_" + SECRET));
  }

  @Override
  public List<ApiKeyInfo> apiKeys() {
    mayFail();
    return List.copyOf(apiKeys.values());
  }

  @Override
  public List<ApiKeyInfo> apiKeys(String account) {
    return apiKeys().stream().filter(key -> key.account().equals(account)).toList();
  }

  @Override
  public ApiKeyInfo disableApiKey(long id) {
    return setEnabled(id, false);
  }

  @Override
  public ApiKeyInfo enableApiKey(long id) {
    return setEnabled(id, true);
  }

  private ApiKeyInfo setEnabled(long id, boolean enabled) {
    mayFail();
    ApiKeyInfo key = existing(id);
    ApiKeyInfo changed =
        new ApiKeyInfo(
            id, key.account(), key.rights(), enabled, key.expires(), key.label(), key.createdAt());
    apiKeys.put(id, changed);
    return changed;
  }

  private ApiKeyInfo existing(long id) {
    return Optional.ofNullable(apiKeys.get(id))
        .orElseThrow(() -> new RefusedException("there is no API key " + id, List.of()));
  }

  @Override
  public void deleteApiKey(long id) {
    mayFail();
    apiKeys.remove(existing(id).id());
  }

  @Override
  public ReplicaCheck verify(Consumer<ReplicaCheck> progress) {
    mayFail();
    checkProgress.forEach(progress);
    return check;
  }

  @Override
  public ReplicaCheck lastCheck() {
    mayFail();
    return check;
  }

  @Override
  public ClusterMembers members() {
    mayFail();
    return new ClusterMembers(leader, List.copyOf(members.values()));
  }

  @Override
  public boolean addMember(
      String name,
      String clientAddress,
      String peerAddress,
      Duration within,
      Consumer<JoinProgress> listener) {
    mayFail();
    if (members.containsKey(name)) {
      return false;
    }
    listener.accept(new JoinProgress(JoinProgress.Phase.CONTACTING, 0));
    listener.accept(new JoinProgress(JoinProgress.Phase.CATCHING_UP, 1200));
    listener.accept(new JoinProgress(JoinProgress.Phase.CATCHING_UP, 1200));
    members.put(
        name, new ClusterMember(name, clientAddress, peerAddress, false, 3, Duration.ofMillis(20)));
    return true;
  }

  @Override
  public boolean removeMember(String name) {
    mayFail();
    return members.remove(name) != null;
  }

  @Override
  public String transferLeadership(Optional<String> to) {
    mayFail();
    leader = to.orElse("n2");
    return leader;
  }

  @Override
  public FeatureLevelChange finalizeUpgrade(boolean dryRun) {
    mayFail();
    FeatureLevelChange change = new FeatureLevelChange(featureLevel, supportedFeatureLevel);
    if (!dryRun) {
      featureLevel = supportedFeatureLevel;
    }
    return change;
  }

  @Override
  public LogLevel setLogLevel(String node, LogLevel level) {
    mayFail();
    LogLevel was = logLevels.put(node, level);
    return was == null ? LogLevel.INFO : was;
  }

  @Override
  public BackupInfo createBackup(Path file, boolean replace, Consumer<BackupProgress> progress) {
    mayFail();
    if (Files.exists(file) && !replace) {
      throw new UncheckedIOException(
          file + " cannot be written: exists already",
          new FileAlreadyExistsException(file.toString()));
    }
    if (!Files.exists(file.getParent())) {
      throw new UncheckedIOException(
          file + " cannot be written", new NoSuchFileException(file.toString()));
    }
    backups.add("create " + file.getFileName());
    return backup.orElseThrow();
  }

  @Override
  public BackupInfo restoreBackup(Path file, Consumer<BackupProgress> progress) {
    backups.add("restore " + file.getFileName());
    restoreProgress.forEach(progress);
    mayFail();
    return backup.orElseThrow();
  }

  private void mayFail() {
    if (adminFailure.isPresent()) {
      throw adminFailure.get();
    }
  }

  @Override
  public synchronized void close() {
    open--;
  }
}
