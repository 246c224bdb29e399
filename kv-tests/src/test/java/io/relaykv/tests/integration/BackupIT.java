package io.relaykv.tests.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.ApiKeyInfo;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.BackupFile;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.RefusedException;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster that is written to is backed up, and restored into another one, also when leaders die.
 */
@Timeout(180)
class BackupIT {
  /** Each fills a part of the backup. */
  private static final int LARGE_VALUES = 12;

  private static final long QUOTA = 1 << 20;

  private static KvCluster source;
  private static KvAdmin sourceAdmin;
  private static String limitedKey;
  private static String disabledKey;
  private static Path directory;

  private KvCluster target;
  private KvAdmin targetAdmin;

  @BeforeAll
  static void fill(@TempDir Path temp) {
    directory = temp;
    source = KvCluster.inProcess(3, temp.resolve("source"));
    sourceAdmin = source.newAdmin();
    sourceAdmin.createAccount("gone", 0);
    sourceAdmin.deleteAccount("gone");
    sourceAdmin.createAccount("limited", QUOTA);
    limitedKey = source.newApiKey("limited", ApiKeyRight.READ, ApiKeyRight.WRITE);
    disabledKey = source.newApiKey("limited", ApiKeyRight.READ);
    sourceAdmin.disableApiKey(
        sourceAdmin.apiKeys("limited").stream().mapToLong(ApiKeyInfo::id).max().orElseThrow());
    try (KvClient client = source.newClient();
        KvClient limited = source.newClient(limitedKey)) {
      for (int i = 0; i < LARGE_VALUES; i++) {
        client.put("large/" + i, KvValue.of((char) ('a' + i) + "v".repeat(1_000_000)));
      }
      limited.put("flags/x", true);
      limited.put("flags/y", KvValue.parse("{\"a\":[1,2,null],\"b\":1.0}"));
      limited.put("gone", 1);
      limited.delete("gone");
    }
  }

  @AfterAll
  static void stopSource() {
    sourceAdmin.close();
    source.close();
  }

  @BeforeEach
  void start(@TempDir Path temp) {
    target = KvCluster.inProcess(3, temp.resolve("target"));
    targetAdmin = target.newAdmin();
    // The one that the test kit makes.
    targetAdmin.deleteAccount(KvCluster.ACCOUNT);
  }

  @AfterEach
  void stopTarget() {
    targetAdmin.close();
    target.close();
    source.startAll();
    source.awaitLevel();
  }

  @Test
  void aClusterThatIsWrittenToIsRestoredAsOfOneMoment() {
    Path file = directory.resolve("moment");
    List<BackupProgress> told = new ArrayList<>();
    int before;
    BackupInfo info;
    try (Sequence sequence = new Sequence(source.newClient())) {
      sequence.awaitMore(100);
      before = sequence.acknowledged();
      info = sourceAdmin.createBackup(file, false, told::add);
      sequence.awaitMore(100);
    }
    assertThat(BackupFile.verify(file, progress -> {})).isEqualTo(info);
    assertThat(told).hasSizeGreaterThanOrEqualTo(LARGE_VALUES);

    assertThat(targetAdmin.restoreBackup(file, progress -> {})).isEqualTo(info);

    target.awaitLevel();
    try (KvClient client = target.newClient(source.apiKey());
        KvClient limited = target.newClient(limitedKey);
        KvClient disabled = target.newClient(disabledKey)) {
      Map<String, KvValue> content = content(client);
      int last = Sequence.assertPrefix(content);
      assertThat(last).as("the last write in the backup").isGreaterThanOrEqualTo(before);
      assertThat(content).hasSize(LARGE_VALUES + last + 1);
      for (int i = 0; i < LARGE_VALUES; i++) {
        assertThat(content.get("large/" + i))
            .isEqualTo(KvValue.of((char) ('a' + i) + "v".repeat(1_000_000)));
      }
      try (KvClient there = source.newClient(limitedKey)) {
        assertThat(content(limited)).isEqualTo(content(there)).hasSize(2);
      }
      assertThatExceptionOfType(NotAllowedException.class)
          .isThrownBy(() -> disabled.get("flags/x"));
      client.put("new", 1);
      limited.put("new", 1);
    }
    assertThat(accounts(targetAdmin)).isEqualTo(accounts(sourceAdmin));
    assertThat(apiKeys(targetAdmin)).isEqualTo(apiKeys(sourceAdmin));
    assertThat(used(targetAdmin)).isEqualTo(used(sourceAdmin) + "new1".length());
    long lastId = sourceAdmin.account("limited").orElseThrow().id();
    assertThat(targetAdmin.createAccount("next", 0).id()).isEqualTo(lastId + 1);
    assertReplicasAgree();
  }

  @Test
  void theLeaderDiesWhileTheBackupIsCreated() {
    Path file = directory.resolve("create");
    AtomicBoolean killed = new AtomicBoolean();
    String leader = source.awaitLeader();
    List<Long> keys = new ArrayList<>();
    BackupInfo info =
        sourceAdmin.createBackup(
            file,
            false,
            progress -> {
              keys.add(progress.keys());
              if (progress.keys() >= 2 && killed.compareAndSet(false, true)) {
                source.kill(leader);
              }
            });
    assertThat(killed).isTrue();
    assertThat(keys.stream().sorted().toList()).as("it was begun anew").isNotEqualTo(keys);
    assertThat(info.node()).isNotEqualTo(leader);
    assertThat(BackupFile.verify(file, progress -> {})).isEqualTo(info);
    assertThat(targetAdmin.restoreBackup(file, progress -> {})).isEqualTo(info);
    assertSame();
  }

  @Test
  void theLeaderDiesWhileTheBackupIsRestored() {
    Path file = directory.resolve("restore");
    BackupInfo info = sourceAdmin.createBackup(file, false, progress -> {});
    AtomicInteger parts = new AtomicInteger();
    List<String> killed = new ArrayList<>();
    BackupInfo restored =
        targetAdmin.restoreBackup(
            file,
            progress -> {
              if (progress.phase() == BackupProgress.Phase.RESTORING
                  && parts.incrementAndGet() == 4) {
                killed.add(targetAdmin.members().leader());
                target.kill(killed.get(0));
              }
            });
    assertThat(restored).isEqualTo(info);
    assertThat(killed).hasSize(1);
    target.start(killed.get(0));
    target.awaitLevel();
    assertSame();
    assertReplicasAgree();
  }

  @Test
  void whatWasInterruptedIsSeenToBeSoAndGoesOn() {
    Path file = directory.resolve("interrupted");
    Path other = directory.resolve("another");
    BackupInfo info = sourceAdmin.createBackup(file, false, progress -> {});
    var unused = sourceAdmin.createBackup(other, false, progress -> {});
    AtomicInteger parts = new AtomicInteger();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                targetAdmin.restoreBackup(
                    file,
                    progress -> {
                      if (progress.phase() == BackupProgress.Phase.RESTORING
                          && parts.incrementAndGet() == 5) {
                        throw new IllegalStateException("interrupted");
                      }
                    }));
    // It holds through a restart of everything.
    target.killAll();
    target.startAll();
    target.awaitLevel();

    assertThat(targetAdmin.status().isRestoring()).isTrue();
    assertThat(targetAdmin.status().health()).isEqualTo(Health.UNAVAILABLE);
    try (KvClient client = target.newClient(source.apiKey())) {
      assertThatExceptionOfType(NotAllowedException.class).isThrownBy(() -> client.get("large/0"));
      assertThatExceptionOfType(NotAllowedException.class)
          .isThrownBy(() -> client.put("large/0", 1));
    }
    refused(() -> targetAdmin.createAccount("new", 0), "is under way", info.sha256());
    refused(() -> targetAdmin.deleteAccount("limited"), "is under way", info.sha256());
    refused(
        () -> targetAdmin.restoreBackup(other, progress -> {}),
        "is under way, ",
        " of %,d keys are there; go on with the file that has this SHA-256".formatted(info.keys()));

    List<Long> keys = new ArrayList<>();
    BackupInfo restored =
        targetAdmin.restoreBackup(
            file,
            progress -> {
              if (progress.phase() == BackupProgress.Phase.RESTORING) {
                keys.add(progress.keys());
              }
            });
    assertThat(restored).isEqualTo(info);
    assertThat(keys.get(0)).as("keys that were there already").isGreaterThan(2);
    assertThat(targetAdmin.status().isRestoring()).isFalse();
    assertThat(targetAdmin.status().health()).isEqualTo(Health.HEALTHY);
    assertSame();
    assertReplicasAgree();
    refused(
        () -> targetAdmin.restoreBackup(file, progress -> {}),
        "has been restored here already, as a whole",
        "(limited, test)");
  }

  @Test
  void whatIsNotWholeOrHasNoPlaceIsRefusedAndNothingIsChanged() throws IOException {
    Path file = directory.resolve("whole");
    var unused = sourceAdmin.createBackup(file, false, progress -> {});
    byte[] whole = Files.readAllBytes(file);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 4;
    wrong(flipped, "the checksum of the record is another one");
    wrong(Arrays.copyOf(whole, whole.length - 1), "is cut off: it ends after");
    wrong(Arrays.copyOf(whole, whole.length / 2), "is cut off: it ends after");
    wrong("{\"key\":\"a\",\"value\":1}\n".getBytes(UTF_8), "at byte 0: this is no backup");
    assertThat(targetAdmin.accounts()).isEmpty();
    assertThat(targetAdmin.status().isRestoring()).isFalse();
    targetAdmin.createAccount("shop", 0);
    refused(
        () -> targetAdmin.restoreBackup(file, progress -> {}),
        "the cluster is not empty: it holds 1 account (shop) with 0 API keys");
    assertThat(targetAdmin.accounts()).extracting(AccountInfo::name).containsExactly("shop");
  }

  private void wrong(byte[] content, String words) throws IOException {
    Path damaged = Files.write(directory.resolve("damaged"), content);
    assertThatExceptionOfType(InvalidBackupException.class)
        .isThrownBy(() -> BackupFile.verify(damaged, progress -> {}))
        .withMessageContaining(words);
    assertThatExceptionOfType(InvalidBackupException.class)
        .isThrownBy(() -> targetAdmin.restoreBackup(damaged, progress -> {}))
        .withMessageContaining(words);
  }

  private static void refused(Runnable call, String... words) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private static Map<String, KvValue> content(KvClient client) {
    Map<String, KvValue> content = new TreeMap<>();
    client.keys("").toList().forEach(key -> content.put(key, client.get(key).orElseThrow()));
    return content;
  }

  /** Of clusters that nobody writes to. */
  private void assertSame() {
    for (String key : List.of(source.apiKey(), limitedKey)) {
      try (KvClient here = target.newClient(key);
          KvClient there = source.newClient(key)) {
        assertThat(content(here).equals(content(there))).as("the same is in both").isTrue();
      }
    }
    assertThat(accounts(targetAdmin)).isEqualTo(accounts(sourceAdmin));
    assertThat(apiKeys(targetAdmin)).isEqualTo(apiKeys(sourceAdmin));
    assertThat(used(targetAdmin)).isEqualTo(used(sourceAdmin));
  }

  private static List<String> accounts(KvAdmin admin) {
    return admin.accounts().stream()
        .map(
            account ->
                "%d %s %d %s"
                    .formatted(
                        account.id(), account.name(), account.maxBytes(), account.createdAt()))
        .toList();
  }

  private static List<ApiKeyInfo> apiKeys(KvAdmin admin) {
    return admin.apiKeys();
  }

  private static long used(KvAdmin admin) {
    return admin.account("limited").orElseThrow().usedBytes();
  }

  private void assertReplicasAgree() {
    await("the replicas to agree")
        .atMost(Duration.ofSeconds(60))
        .until(() -> targetAdmin.verify(check -> {}).agrees());
  }

  /** A client that puts one key after the other, waiting for each. */
  private static final class Sequence implements AutoCloseable {
    private final KvClient client;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicInteger acknowledged = new AtomicInteger(-1);
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> writing;

    Sequence(KvClient client) {
      this.client = client;
      this.writing = CompletableFuture.runAsync(this::write, thread);
    }

    private void write() {
      for (int number = 0; !over.get(); number++) {
        try {
          client.put("sequence/%08d".formatted(number), KvValue.of(number));
          acknowledged.set(number);
        } catch (KvException e) {
          throw new AssertionError(e);
        }
      }
    }

    int acknowledged() {
      return acknowledged.get();
    }

    void awaitMore(int count) {
      int goal = acknowledged() + count;
      await(count + " more writes")
          .atMost(Duration.ofSeconds(60))
          .until(() -> acknowledged() >= goal);
    }

    /** Returns the last one; all before it must be there. */
    static int assertPrefix(Map<String, KvValue> content) {
      List<String> keys =
          content.keySet().stream().filter(key -> key.startsWith("sequence/")).toList();
      for (int number = 0; number < keys.size(); number++) {
        assertThat(keys.get(number)).isEqualTo("sequence/%08d".formatted(number));
        assertThat(content.get(keys.get(number))).isEqualTo(KvValue.of(number));
      }
      return keys.size() - 1;
    }

    @Override
    public void close() {
      over.set(true);
      writing.join();
      thread.shutdown();
      client.close();
    }
  }
}
