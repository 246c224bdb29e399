package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Promise P5: whatever happens to a file of one node, the node notices it at its start. Either it
 * says in one line which file it is and ends, and the others have everything that was acknowledged;
 * or it can mend the damage without losing any of that, and comes level.
 *
 * <p>One cluster for all of them: before each, the victim's directory is put back to what it was
 * after a stop, or after a SIGKILL. So it forgets what it has acknowledged since, which no node may
 * do; here the two others stay up and have it.
 */
@Tag("fault")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedFilesIT {
  private static final int REFUSED = 3;

  private static final String CLOSED_LOG = "log_\\d+-\\d+";

  /** Begins the line on standard error; Ratis may log a failure besides, on standard output. */
  private static final String REFUSAL = "kv-server: ";

  /** Two files of log, or three; a snapshot only when the node starts. */
  private static final Map<String, String> SMALL_LOG_FILES =
      Map.of("raft.log-segment-size", "1MiB");

  private final Map<String, KvValue> acknowledged = new LinkedHashMap<>();
  private KvCluster cluster;
  private KvClient client;
  private String victim;
  private Path afterStop;
  private Path afterKill;

  @BeforeAll
  void writeAndLoseANode(@TempDir Path directory) throws IOException {
    cluster = KvCluster.processes(3, directory.resolve("cluster"), SMALL_LOG_FILES);
    client = cluster.newClient();
    String leader = cluster.awaitLeader();
    victim = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    write("first", 5);
    // At this start it makes a snapshot, behind which there will be more.
    cluster.stop(victim);
    cluster.start(victim);
    write("second", 35);
    cluster.awaitLevel();
    cluster.stop(victim);
    afterStop = copy(data(), directory.resolve("stopped"));
    cluster.start(victim);
    write("third", 10);
    cluster.awaitLevel();
    cluster.kill(victim);
    afterKill = copy(data(), directory.resolve("killed"));
  }

  private void write(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      put(prefix + "/" + i, KvValue.of("x".repeat(40_000) + i));
    }
    put(prefix + "/small", KvValue.of(1));
  }

  private void put(String key, KvValue value) {
    client.put(key, value);
    acknowledged.put(key, value);
  }

  @AfterAll
  void end() {
    client.close();
    cluster.close();
  }

  static Stream<Refused> refused() {
    return Stream.of(
        new Refused("a bit flips in the log", "log_inprogress_", Damage::flipBitInOpenLog),
        new Refused(
            "a bit flips in a closed file of the log", CLOSED_LOG, Damage::flipBitInClosedLog),
        new Refused("the end of the log is zeroed", "log_inprogress_", Damage::zeroEndOfLog),
        new Refused("the end of the log is cut off", "log_inprogress_", Damage::cutLog),
        new Refused(
            "one byte lies over the whole last entry", "log_inprogress_", Damage::smearLastEntry),
        new Refused("half of the last entry is zeroed", "log_inprogress_", Damage::halveLastEntry),
        new Refused("the open file of the log is deleted", CLOSED_LOG, Damage::deleteOpenLog),
        new Refused(
            "raft-meta is garbage",
            "raft-meta",
            data -> Damage.write(data, "raft-meta", "garbage")),
        new Refused("raft-meta is deleted", "raft-meta", data -> Damage.delete(data, "raft-meta")),
        new Refused(
            "raft-meta.conf is garbage",
            "raft-meta.conf",
            data -> Damage.write(data, "raft-meta.conf", "garbage")),
        new Refused("current/ is deleted", "current", data -> Damage.delete(data, "current")),
        new Refused("raft/ is deleted", "current", data -> Damage.delete(data, "raft")),
        new Refused("a bit flips in a table file", ".sst", Damage::flipBitInTable),
        new Refused(
            "a bit flips in a snapshot and the database is deleted",
            "sm/snapshot.",
            data -> {
              Damage.delete(data, "db");
              Damage.flipBitInSnapshot(data);
            }),
        new Refused(
            "a file of a snapshot is cut off and the database is deleted",
            "sm/snapshot.",
            data -> {
              Damage.delete(data, "db");
              Damage.cutSnapshot(data);
            }),
        new Refused("CURRENT is garbage", "db", data -> Damage.write(data, "CURRENT", "garbage\n")),
        new Refused("CURRENT is deleted", "CURRENT", data -> Damage.delete(data, "CURRENT")),
        new Refused("the manifest is deleted", "db", Damage::deleteManifest),
        new Refused(
            "the high-water mark is damaged",
            "high-water-mark",
            data -> Damage.flipBit(Damage.find(data, "high-water-mark"), 13)),
        new Refused(
            "the high-water mark is deleted",
            "high-water-mark",
            data -> Damage.delete(data, "high-water-mark")),
        new Refused(
            "node.properties is garbage",
            "node.properties",
            data -> Damage.write(data, "node.properties", "garbage")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesToStartAndNothingIsLost(Refused damage) throws IOException {
    assertRefused(afterKill, damage);
  }

  private void assertRefused(Path saved, Refused damage) throws IOException {
    putBack(saved);
    damage.action().on(data());
    String saidBefore = cluster.outputOf(victim);

    cluster.start(victim);

    assertThat(cluster.awaitEnd(victim)).as("exit code").isEqualTo(REFUSED);
    assertThat(refusals(saidBefore))
        .singleElement()
        .asString()
        .containsPattern(damage.named())
        .contains("replace");
    assertNothingLost();
  }

  static Stream<Refused> refusedAfterStop() {
    return Stream.of(
        new Refused("the end of the log is cut off", "log_inprogress_", Damage::cutLog),
        new Refused(
            "one byte lies over the whole last entry", "log_inprogress_", Damage::smearLastEntry),
        new Refused("the open file of the log is deleted", CLOSED_LOG, Damage::deleteOpenLog),
        new Refused(
            "the database is deleted and so is log that no snapshot has",
            "log_",
            data -> {
              Damage.delete(data, "db");
              Damage.deleteClosedLog(data);
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedAfterStop")
  void refusesToStartAfterAStopInOrderToo(Refused damage) throws IOException {
    assertRefused(afterStop, damage);
  }

  static Stream<Mended> mended() {
    return Stream.of(
        new Mended("half of an entry that was never acknowledged", Damage::appendHalfAnEntry),
        new Mended("a file of the log is deleted that a snapshot has", Damage::deleteClosedLog),
        new Mended("the database is deleted", data -> Damage.delete(data, "db")),
        new Mended(
            "garbage in the write-ahead log of RocksDB, which holds nothing",
            Damage::writeGarbageIntoWriteAheadLog),
        // The last: it brings about an election, whose entry the node must not forget again.
        new Mended("raft-meta is empty", data -> Damage.write(data, "raft-meta", "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mended")
  void mendsItAndComesLevel(Mended damage) throws IOException {
    putBack(afterKill);
    damage.action().on(data());

    cluster.start(victim);

    cluster.awaitLevel();
    assertNothingLost();
    cluster.kill(victim);
  }

  /** Damage that must be refused with a line that holds the pattern {@code named}. */
  record Refused(String what, String named, Action action) {
    @Override
    public String toString() {
      return what;
    }
  }

  /** Damage that is mended. */
  record Mended(String what, Action action) {
    @Override
    public String toString() {
      return what;
    }
  }

  /** Does something to the files in a node's data directory. */
  @FunctionalInterface
  interface Action {
    void on(Path data) throws IOException;
  }

  private Path data() {
    return cluster.dataDirectoryOf(victim);
  }

  private void assertNothingLost() {
    acknowledged.forEach(
        (key, value) -> assertThat(client.get(key)).as(key).isEqualTo(Optional.of(value)));
  }

  private List<String> refusals(String saidBefore) {
    return cluster
        .outputOf(victim)
        .substring(saidBefore.length())
        .lines()
        .filter(line -> line.startsWith(REFUSAL))
        .toList();
  }

  private void putBack(Path saved) throws IOException {
    Damage.delete(data());
    copy(saved, data());
  }

  /** With hard links as they were: a table file and its twin in a snapshot are damaged together. */
  private static Path copy(Path from, Path to) throws IOException {
    Map<Object, Path> copied = new LinkedHashMap<>();
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path file : tree.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Path twin = copied.putIfAbsent(Files.getAttribute(file, "unix:ino"), target);
        if (twin == null || Files.isDirectory(file)) {
          Files.copy(file, target);
        } else {
          Files.createLink(target, twin);
        }
      }
    }
    return to;
  }
}
