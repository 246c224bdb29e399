package io.relaykv.tests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.ApiKeyInfo;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NewApiKey;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NotAllowedException;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of key that one might show x everything that one might ask for x every kind of node
 * that one might ask: what comes back, and that nothing comes of it that should not.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessMatrixIT {
  static final String THERE = "there/secret-of-test";
  static final String WRITTEN = "written";

  /** Whoever leads must go on to while he is asked, on a busy machine too. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "limits.refusals-per-minute", "100000",
          "raft.election-timeout-min", "3s",
          "raft.election-timeout-max", "5s");

  private static final String OTHER = "other";

  /** The node has no majority: it may say that, or nothing before the test loses its patience. */
  private static final Set<String> NO_MAJORITY =
      Set.of(
          "NOT_LEADER",
          "UNAVAILABLE",
          "OUTCOME_UNKNOWN",
          "DEADLINE_EXCEEDED",
          "FAILED_PRECONDITION",
          "UNKNOWN");

  private static KvCluster cluster;
  private static KvAdmin admin;
  private static final Map<Shown, Optional<String>> authorizations = new EnumMap<>(Shown.class);
  private static long revokedLater;

  /** What is shown for a key. */
  enum Shown {
    NONE,
    OTHER_SCHEME,
    GARBAGE,
    UNKNOWN,
    WRONG_SECRET,
    DISABLED,
    EXPIRED,
    DELETED,
    READ_ONLY,
    WRITE_ONLY,
    /** Read and write, for another account. */
    OF_OTHER,
    /** Disabled by a leader of which the old one does not know. */
    REVOKED_LATER,
    ADMIN,
    UNKNOWN_ADMIN;

    boolean isMalformed() {
      return this == NONE || this == GARBAGE || this == OTHER_SCHEME;
    }

    boolean isAdmin() {
      return this == ADMIN || this == UNKNOWN_ADMIN;
    }
  }

  /** Who is asked. */
  private enum Place {
    LEADER,
    FOLLOWER,
    OLD_LEADER
  }

  @BeforeAll
  static void start(@TempDir Path directory) {
    cluster = KvCluster.processes(3, directory, SETTINGS);
    admin = cluster.newAdmin();
    admin.createAccount(OTHER, 0);
    try (KvClient client = cluster.newClient()) {
      client.put(THERE, "a value that only the account test may see");
    }
    NewApiKey disabled = key(KvCluster.ACCOUNT, Optional.empty(), ApiKeyRight.values());
    admin.disableApiKey(disabled.info().id());
    NewApiKey deleted = key(KvCluster.ACCOUNT, Optional.empty(), ApiKeyRight.values());
    admin.deleteApiKey(deleted.info().id());
    NewApiKey expired =
        key(
            KvCluster.ACCOUNT,
            Optional.of(Instant.now().plus(Duration.ofSeconds(5))),
            ApiKeyRight.values());
    NewApiKey revoked = key(KvCluster.ACCOUNT, Optional.empty(), ApiKeyRight.values());
    revokedLater = revoked.info().id();
    String secret = "ab".repeat(32);
    show(Shown.NONE, Optional.empty());
    show(Shown.OTHER_SCHEME, Optional.of("Basic " + cluster.apiKey()));
    show(Shown.GARBAGE, Optional.of("Bearer rk_1_; DROP TABLE"));
    show(Shown.UNKNOWN, bearer("rk_4711_" + secret));
    show(Shown.WRONG_SECRET, bearer("rk_" + revokedLater + "_" + secret));
    show(Shown.DISABLED, bearer(disabled.reveal()));
    show(Shown.DELETED, bearer(deleted.reveal()));
    show(Shown.EXPIRED, bearer(expired.reveal()));
    show(Shown.READ_ONLY, bearer(cluster.newApiKey(KvCluster.ACCOUNT, ApiKeyRight.READ)));
    show(Shown.WRITE_ONLY, bearer(cluster.newApiKey(KvCluster.ACCOUNT, ApiKeyRight.WRITE)));
    show(Shown.OF_OTHER, bearer(cluster.newApiKey(OTHER, ApiKeyRight.READ, ApiKeyRight.WRITE)));
    show(Shown.REVOKED_LATER, bearer(revoked.reveal()));
    show(Shown.ADMIN, bearer(cluster.adminKey()));
    show(Shown.UNKNOWN_ADMIN, bearer("rk_admin_" + secret));
    assertThat(authorizations).containsOnlyKeys(Shown.values());
    try (KvClient client = cluster.newClient(expired.reveal())) {
      await("the key to expire").atMost(Duration.ofSeconds(20)).until(() -> isRefused(client));
    }
  }

  private static boolean isRefused(KvClient client) {
    try {
      client.get(THERE);
      return false;
    } catch (NotAllowedException e) {
      return true;
    }
  }

  private static NewApiKey key(String account, Optional<Instant> expires, ApiKeyRight... rights) {
    return admin.createApiKey(account, EnumSet.copyOf(List.of(rights)), expires, "");
  }

  private static void show(Shown shown, Optional<String> authorization) {
    authorizations.put(shown, authorization);
  }

  private static Optional<String> bearer(String key) {
    return Optional.of("Bearer " + key);
  }

  @AfterAll
  static void stop() {
    admin.close();
    cluster.close();
  }

  @Test
  @Order(0)
  void asksForEverythingThereIs() {
    long methods =
        Stream.of(KvGrpc.getServiceDescriptor(), AdminGrpc.getServiceDescriptor())
            .mapToLong(service -> service.getMethods().size())
            .sum();
    long asked =
        1 + Stream.of(Rpc.values()).filter(Rpc::isAdmin).count(); // six requests, one method
    assertThat(asked).as("methods asked for here, of all methods").isEqualTo(methods);
  }

  @Test
  @Order(1)
  void atTheLeader() {
    String leader = cluster.awaitLeader();
    assertMatrix(leader, Place.LEADER);
  }

  @Test
  @Order(2)
  void atAFollower() {
    String leader = cluster.awaitLeader();
    String follower =
        cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    assertMatrix(follower, Place.FOLLOWER);
  }

  @Test
  @Order(3)
  void atALeaderThatHasBeenDeposedAndDoesNotKnowIt() {
    String old = cluster.awaitLeader();
    cluster.pause(old);
    List<String> others = cluster.nodeIds().stream().filter(id -> !id.equals(old)).toList();
    cluster.awaitLeaderOtherThan(old);
    admin.disableApiKey(revokedLater);
    State before = State.now();
    // Now the others cannot be heard: the old one wakes up alone, with what it knew.
    others.forEach(cluster::pause);
    cluster.resume(old);

    List<String> wrong = differences(old, Place.OLD_LEADER);

    others.forEach(cluster::resume);
    cluster.awaitLevel();
    assertThat(wrong).as("answers of the old leader that should be others").isEmpty();
    assertThat(State.now()).as("what the cluster holds").isEqualTo(before);
  }

  private static void assertMatrix(String node, Place place) {
    try (KvClient client = cluster.newClient();
        KvClient other = cluster.newClient(otherKey())) {
      client.delete(WRITTEN);
      other.delete(WRITTEN);
    }
    State before = State.now();

    List<String> wrong = differences(node, place);

    assertThat(wrong).as("answers at the %s that should be others", place).isEmpty();
    State expected =
        place == Place.LEADER
            ? before.with(WRITTEN, WRITTEN) // by WRITE_ONLY, and by OF_OTHER in its own account
            : before;
    assertThat(State.now()).as("what the cluster holds").isEqualTo(expected);
  }

  private static List<String> differences(String node, Place place) {
    List<String> wrong = new ArrayList<>();
    for (Shown shown : Shown.values()) {
      try (RawCalls calls = new RawCalls(cluster.addressOf(node), authorizations.get(shown))) {
        for (Rpc rpc : Rpc.values()) {
          String got = rpc.over(calls);
          Set<String> expected = expected(shown, rpc, place);
          if (!expected.contains(got)) {
            wrong.add("%s by %s: %s, not %s".formatted(rpc, shown, got, expected));
          }
        }
      }
    }
    return wrong;
  }

  private static Set<String> expected(Shown shown, Rpc rpc, Place place) {
    if (shown.isMalformed()) {
      return Set.of("UNAUTHENTICATED");
    }
    if (shown.isAdmin() != rpc.isAdmin()) {
      return Set.of("PERMISSION_DENIED");
    }
    if (shown == Shown.UNKNOWN_ADMIN) {
      return Set.of("UNAUTHENTICATED");
    }
    if (rpc.isAnsweredByEveryNode()) {
      return Set.of("OK");
    }
    return switch (place) {
      case FOLLOWER -> Set.of(atFollower(shown));
      case OLD_LEADER -> NO_MAJORITY;
      case LEADER -> Set.of(rpc.isAdmin() ? rpc.forAdmin : atLeader(shown, rpc));
    };
  }

  /** It says who leads, in the first frame, and reads on only what has a key that it knows. */
  private static String atFollower(Shown shown) {
    return switch (shown) {
      case ADMIN -> "FAILED_PRECONDITION";
      case UNKNOWN, WRONG_SECRET, DISABLED, EXPIRED, DELETED -> "UNAVAILABLE";
      case READ_ONLY, WRITE_ONLY, OF_OTHER, REVOKED_LATER -> "NOT_LEADER";
      case NONE, OTHER_SCHEME, GARBAGE, UNKNOWN_ADMIN -> throw new AssertionError(shown);
    };
  }

  private static String atLeader(Shown shown, Rpc rpc) {
    return switch (shown) {
      case UNKNOWN, WRONG_SECRET, DISABLED, EXPIRED, DELETED -> "UNAUTHENTICATED";
      case READ_ONLY, WRITE_ONLY, OF_OTHER, REVOKED_LATER ->
          rpc == Rpc.BARRIER ? "PASSED" : onData(shown, rpc);
      case NONE, OTHER_SCHEME, GARBAGE, ADMIN, UNKNOWN_ADMIN -> throw new AssertionError(shown);
    };
  }

  private static String onData(Shown shown, Rpc rpc) {
    return switch (shown) {
      case READ_ONLY -> rpc.isRead() ? read(rpc, "VALUE", "[" + THERE + "]") : "FORBIDDEN";
      case WRITE_ONLY -> rpc.isRead() ? "FORBIDDEN" : "WRITTEN";
      case OF_OTHER -> rpc.isRead() ? read(rpc, "MISSING", "[]") : "WRITTEN";
      case REVOKED_LATER -> rpc.isRead() ? read(rpc, "VALUE", "[" + THERE + "]") : "WRITTEN";
      default -> throw new AssertionError(shown);
    };
  }

  private static String read(Rpc rpc, String there, String keys) {
    return switch (rpc) {
      case GET_THERE -> there;
      case GET_MISSING -> "MISSING";
      default -> "PAGE:" + keys;
    };
  }

  private static String otherKey() {
    return authorizations.get(Shown.OF_OTHER).orElseThrow().substring("Bearer ".length());
  }

  /** Everything that a request could have an effect on. */
  private record State(
      Map<String, KvValue> test,
      Map<String, KvValue> other,
      List<String> accounts,
      List<ApiKeyInfo> apiKeys,
      Set<String> members) {
    static State now() {
      try (KvClient client = cluster.newClient();
          KvClient other = cluster.newClient(otherKey())) {
        return new State(
            content(client),
            content(other),
            admin.accounts().stream().map(AccountInfo::name).toList(),
            admin.apiKeys(),
            members(admin.status()));
      }
    }

    private static Map<String, KvValue> content(KvClient client) {
      Map<String, KvValue> content = new TreeMap<>();
      client.keys("").toList().forEach(key -> content.put(key, client.get(key).orElseThrow()));
      return content;
    }

    private static Set<String> members(ClusterStatus status) {
      return status.nodes().stream().map(NodeStatus::name).collect(Collectors.toSet());
    }

    State with(String keyOfTest, String keyOfOther) {
      Map<String, KvValue> changedTest = new TreeMap<>(test);
      changedTest.put(keyOfTest, KvValue.of(1));
      Map<String, KvValue> changedOther = new TreeMap<>(other);
      changedOther.put(keyOfOther, KvValue.of(1));
      return new State(changedTest, changedOther, accounts, apiKeys, members);
    }
  }
}
