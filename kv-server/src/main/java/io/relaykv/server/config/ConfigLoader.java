package io.relaykv.server.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.relaykv.server.config.EffectiveConfig.Entry;
import io.relaykv.server.config.NodeConfig.Access;
import io.relaykv.server.config.NodeConfig.ClientTls;
import io.relaykv.server.config.NodeConfig.Cluster;
import io.relaykv.server.config.NodeConfig.Disk;
import io.relaykv.server.config.NodeConfig.Limits;
import io.relaykv.server.config.NodeConfig.Listen;
import io.relaykv.server.config.NodeConfig.Log;
import io.relaykv.server.config.NodeConfig.Metrics;
import io.relaykv.server.config.NodeConfig.PeerTls;
import io.relaykv.server.config.NodeConfig.Raft;
import io.relaykv.server.config.NodeConfig.Security;
import io.relaykv.server.config.NodeConfig.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the value of every setting, puts them together, and reports all that is wrong at once. */
final class ConfigLoader {
  private final ConfigFile file;
  private final Environment environment;
  private final Map<String, String> flags;
  private final Path baseDirectory;

  /** A value as it was written, and where. */
  private record Written(ConfigValue value, Origin origin) {}

  ConfigLoader(
      ConfigFile file, Environment environment, Map<String, String> flags, Path baseDirectory) {
    this.file = file;
    this.environment = environment;
    this.flags = Map.copyOf(flags);
    this.baseDirectory = baseDirectory;
  }

  EffectiveConfig load() {
    // A set: what is wrong with one setting is met again wherever its value is used.
    Set<String> problems = new LinkedHashSet<>();
    problems.addAll(unknownFlags());
    problems.addAll(environment.problems());
    problems.addAll(file.problems());
    Settings.all().forEach(setting -> check(() -> find(setting), problems));
    List<Supplier<?>> parts =
        List.of(
            this::dataDir,
            this::cluster,
            this::listen,
            this::clientTls,
            this::peerTls,
            this::raft,
            this::snapshot,
            this::limits,
            this::disk,
            this::config);
    parts.forEach(part -> check(part, problems));
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
    NodeConfig config = config();
    return new EffectiveConfig(config, entries(config));
  }

  private NodeConfig config() {
    return new NodeConfig(
        get(Settings.NODE_ID),
        dataDir(),
        cluster(),
        listen(),
        security(),
        raft(),
        snapshot(),
        limits(),
        new Access(
            get(Settings.SECURITY_ADMIN_KEY_SHA256), get(Settings.LIMITS_REFUSALS_PER_MINUTE)),
        disk(),
        get(Settings.READ_MODE),
        get(Settings.VERIFY_INTERVAL),
        new Metrics(get(Settings.METRICS_JMX)),
        new Log(get(Settings.LOG_LEVEL), get(Settings.LOG_FORMAT)));
  }

  private Path dataDir() {
    String written = get(Settings.DATA_DIR);
    Path directory = baseDirectory.resolve(written).normalize();
    if (directory.toString().indexOf(',') >= 0) {
      throw Settings.DATA_DIR.invalid(
          written,
          "must have no comma in it, nor in the directories above: %s".formatted(directory));
    }
    Optional<Path> temporary = DataDirectory.temporaryParent(directory);
    if (temporary.isPresent() && !get(Settings.DATA_ALLOW_TEMPORARY)) {
      throw Settings.DATA_DIR.invalid(
          written,
          "must not be below %s, which is cleaned by the operating system"
              .formatted(temporary.get()));
    }
    return directory;
  }

  private Cluster cluster() {
    return new Cluster(get(Settings.CLUSTER_NAME), get(Settings.CLUSTER_PEERS));
  }

  private Listen listen() {
    return new Listen(
        get(Settings.LISTEN_CLIENT),
        get(Settings.LISTEN_PEER),
        get(Settings.LISTEN_HTTP),
        get(Settings.LISTEN_HTTP_HOSTS));
  }

  private Security security() {
    return new Security(
        clientTls().orElse(null), peerTls().orElse(null), get(Settings.SECURITY_INSECURE));
  }

  private Optional<ClientTls> clientTls() {
    List<Setting<String>> needed =
        List.of(Settings.TLS_CLIENT_CERTIFICATE, Settings.TLS_CLIENT_KEY);
    return isWanted(needed, List.of(Settings.TLS_CLIENT_CLIENT_CA))
        ? Optional.of(
            new ClientTls(
                file(Settings.TLS_CLIENT_CERTIFICATE),
                file(Settings.TLS_CLIENT_KEY),
                find(Settings.TLS_CLIENT_CLIENT_CA).map(this::resolved).orElse(null)))
        : Optional.empty();
  }

  private Optional<PeerTls> peerTls() {
    List<Setting<String>> needed =
        List.of(Settings.TLS_PEER_CERTIFICATE, Settings.TLS_PEER_KEY, Settings.TLS_PEER_CA);
    return isWanted(needed, List.of())
        ? Optional.of(
            new PeerTls(
                file(Settings.TLS_PEER_CERTIFICATE),
                file(Settings.TLS_PEER_KEY),
                file(Settings.TLS_PEER_CA)))
        : Optional.empty();
  }

  /** Whether any of these settings is there; then all that are needed must be. */
  private boolean isWanted(List<Setting<String>> needed, List<Setting<String>> optional) {
    List<Setting<String>> set =
        Stream.concat(needed.stream(), optional.stream())
            .filter(setting -> find(setting).isPresent())
            .toList();
    List<Setting<String>> missing =
        needed.stream().filter(setting -> !set.contains(setting)).toList();
    if (!set.isEmpty() && !missing.isEmpty()) {
      throw new MissingSettingException(missing, set.get(0));
    }
    return !set.isEmpty();
  }

  private Path file(Setting<String> setting) {
    return resolved(get(setting));
  }

  private Path resolved(String name) {
    return baseDirectory.resolve(name).normalize();
  }

  private Raft raft() {
    return new Raft(
        get(Settings.RAFT_ELECTION_TIMEOUT_MIN),
        get(Settings.RAFT_ELECTION_TIMEOUT_MAX),
        get(Settings.RAFT_LOG_SEGMENT_SIZE),
        get(Settings.RAFT_PURGE_MARGIN_ENTRIES));
  }

  private Snapshot snapshot() {
    return new Snapshot(
        get(Settings.SNAPSHOT_TRIGGER_ENTRIES),
        get(Settings.SNAPSHOT_TRIGGER_LOG_BYTES),
        get(Settings.SNAPSHOT_RETAINED));
  }

  private Limits limits() {
    return new Limits(
        get(Settings.LIMITS_BATCH_OPS),
        get(Settings.LIMITS_BATCH_BYTES),
        get(Settings.LIMITS_PENDING_OPS),
        get(Settings.LIMITS_PENDING_BYTES),
        get(Settings.LIMITS_ACCOUNT_PENDING_OPS),
        get(Settings.LIMITS_ACCOUNT_PENDING_BYTES),
        get(Settings.LIMITS_CONNECTIONS),
        get(Settings.LIMITS_CONNECTIONS_PER_ADDRESS));
  }

  private Disk disk() {
    return new Disk(
        get(Settings.DISK_FREE_MIN),
        get(Settings.DISK_STOP_WRITES),
        get(Settings.DISK_RESUME_WRITES));
  }

  private <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow(() -> new MissingSettingException(setting));
  }

  private <T> Optional<T> find(Setting<T> setting) {
    return written(setting).map(written -> setting.read(written.value()));
  }

  private Optional<Written> written(Setting<?> setting) {
    return flag(setting)
        .or(() -> variable(setting))
        .or(() -> line(setting))
        .or(() -> setting.defaultValue().map(value -> new Written(value, Origin.DEFAULT)));
  }

  private Optional<Written> flag(Setting<?> setting) {
    return Optional.ofNullable(flags.get(setting.key()))
        .map(text -> new Written(ConfigValueFactory.fromAnyRef(text), Origin.FLAG));
  }

  private Optional<Written> variable(Setting<?> setting) {
    return environment
        .value(setting)
        .map(
            text ->
                new Written(
                    ConfigValueFactory.fromAnyRef(text),
                    Origin.environment(setting.environmentVariable())));
  }

  private Optional<Written> line(Setting<?> setting) {
    return file.value(setting).map(value -> new Written(value, Origin.file(value.origin())));
  }

  private List<String> unknownFlags() {
    return new TreeSet<>(flags.keySet())
        .stream()
            .filter(key -> Settings.find(key).isEmpty())
            .map(
                key ->
                    "unknown key `%s` given as a flag%s"
                        .formatted(key, Suggestion.forWord(key, Settings.keys())))
            .toList();
  }

  private void check(Supplier<?> part, Set<String> problems) {
    try {
      Object unused = part.get();
    } catch (MissingSettingException e) {
      problems.add(String.valueOf(e.getMessage()));
    } catch (InvalidSettingException e) {
      Origin origin =
          Settings.find(e.key()).flatMap(this::written).map(Written::origin).orElse(Origin.DEFAULT);
      problems.add(e.at(origin));
    }
  }

  private List<Entry> entries(NodeConfig config) {
    Map<Setting<?>, String> computed = new HashMap<>();
    computed.put(Settings.DATA_DIR, Settings.DATA_DIR.render(config.dataDir().toString()));
    Settings.pemFiles()
        .forEach(
            file ->
                find(file)
                    .ifPresent(name -> computed.put(file, file.render(resolved(name).toString()))));
    List<Entry> entries = new ArrayList<>();
    for (Setting<?> setting : Settings.all()) {
      String value = computed.containsKey(setting) ? computed.get(setting) : rendered(setting);
      String origin = written(setting).map(Written::origin).orElse(Origin.DEFAULT).place();
      entries.add(new Entry(setting.key(), value, setting.unit(), origin));
    }
    return entries;
  }

  /** As in the file, where null is unset. */
  private <T> String rendered(Setting<T> setting) {
    return find(setting).map(setting::render).orElse("null");
  }

  /** Nobody set a value that has no default. */
  private static final class MissingSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingSettingException(Setting<?> setting) {
      super(
          "missing key `%s`: set it in the file, in %s or by a flag"
              .formatted(setting.key(), setting.environmentVariable()));
    }

    MissingSettingException(List<Setting<String>> missing, Setting<?> with) {
      super(
          "missing %s: needed with `%s`"
              .formatted(
                  missing.stream()
                      .map(setting -> "key `%s`".formatted(setting.key()))
                      .collect(Collectors.joining(" and ")),
                  with.key()));
    }
  }
}
