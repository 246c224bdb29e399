package io.relaykv.tests.fault;

import io.relaykv.statemachine.store.KvStore;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a node has on its disk, behind its back. */
final class NodeDisk {
  /** The account of the cluster's clients is the first that was made. */
  private static final long ACCOUNT = 1;

  private static final int ALL = Integer.MAX_VALUE;

  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");

  private final Path data;

  private NodeDisk(Path data) {
    this.data = data;
  }

  static NodeDisk of(KvCluster cluster, String id) {
    return new NodeDisk(cluster.dataDirectoryOf(id));
  }

  /** Where parts of snapshots from a leader lie that are not in their place yet. */
  Set<Path> partsOfSnapshots() {
    return files().stream()
        .map(Path::getParent)
        .filter(directory -> directory.toString().contains("/tmp/snapshot-"))
        .collect(Collectors.toSet());
  }

  /** Whether a snapshot is from the leader: Ratis leaves a digest beside each file of it. */
  boolean holdsASnapshotOfTheLeader() {
    return files().stream().anyMatch(file -> file.toString().matches(".*/sm/.*\\.md5"));
  }

  /** The first entry that the log still has. */
  long firstLogIndex() {
    return files().stream()
        .map(file -> SEGMENT.matcher(file.getFileName().toString()))
        .filter(Matcher::matches)
        .map(MatchResult.class::cast)
        .mapToLong(segment -> Long.parseLong(segment.group(1)))
        .min()
        .orElseThrow();
  }

  /** A table of the newest snapshot. */
  Path tableOfTheNewestSnapshot() {
    Path snapshot =
        files().stream()
            .filter(file -> file.endsWith("snapshot.manifest"))
            .map(Path::getParent)
            .max(Comparator.comparingLong(NodeDisk::snapshotIndex))
            .orElseThrow();
    return files().stream()
        .filter(file -> file.startsWith(snapshot) && file.toString().endsWith(".sst"))
        .max(Comparator.comparingLong(file -> file.toFile().length()))
        .orElseThrow();
  }

  private static long snapshotIndex(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('_') + 1));
  }

  /** The keys and values in the database; the node must have been stopped. */
  SortedMap<String, String> contents() {
    SortedMap<String, String> contents = new TreeMap<>();
    try (KvStore store = KvStore.open(data.resolve("db"))) {
      for (String key : store.scanKeys(ACCOUNT, "", "", ALL, ALL).keys()) {
        byte[] value = store.get(ACCOUNT, key);
        contents.put(key, new String(value, StandardCharsets.UTF_8));
      }
    }
    return contents;
  }

  /** What the node has logged, in all of its runs. */
  String log() {
    try {
      return Files.readString(data.resolveSibling("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes everything away, as a new disk would. */
  void lose() {
    try (Stream<Path> tree = Files.walk(data)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where all of it is. */
  Path data() {
    return data;
  }

  /** What all files take. */
  long bytes() {
    return files().stream().mapToLong(file -> file.toFile().length()).sum();
  }

  /** All files; those that come or go meanwhile may be missing. */
  List<Path> files() {
    try (Stream<Path> tree = Files.walk(data)) {
      return tree.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UncheckedIOException e) {
      // A directory was gone before it could be looked into.
      return files();
    }
  }
}
