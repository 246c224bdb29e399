package io.relaykv.tests.nemesis;

import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.fault.Damage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Nodes whose files are damaged, that were away for long, or are replaced. */
final class DataFaults {
  private static final int REFUSED = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String INSTALLED = "has installed a snapshot from the leader";

  /**
   * Of big values, of some 50 kB each: more than the log keeps, with {@code
   * snapshot.trigger-log-bytes} of the scenarios.
   */
  private static final int PUTS_MISSED = 200;

  /** Keys that are deleted while a node is away, and written by nobody else. */
  private static final int FORGOTTEN = 10;

  private DataFaults() {}

  /** What a start refuses, whatever is in the files. */
  private record Kind(String name, Hand hand) {}

  private interface Hand {
    void damage(Path data) throws IOException;
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind("a bit of the log flipped", Damage::flipBitInLog),
          new Kind("raft-meta garbage", data -> Damage.write(data, "raft-meta", "garbage")),
          new Kind("raft-meta deleted", data -> Damage.delete(data, "raft-meta")),
          new Kind("CURRENT deleted", data -> Damage.delete(data, "CURRENT")),
          new Kind("the manifest deleted", Damage::deleteManifest));

  /** Damaged while it is down; refuses to start, and is replaced. */
  static Strike damage(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    Kind kind = KINDS.get(scene.random().nextInt(KINDS.size()));
    cluster.kill(victim);
    try {
      kind.hand().damage(cluster.dataDirectoryOf(victim));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cluster.start(victim);
    int exitCode = cluster.awaitEnd(victim);
    if (exitCode != REFUSED) {
      throw new AssertionError(
          "%s with %s ended with %d instead of refusing to start"
              .formatted(victim, kind.name(), exitCode));
    }
    return Strike.on(
        victim,
        () -> cluster.replace(victim),
        () -> Optional.of(kind.name() + ": the node refused to start, and was replaced"));
  }

  /** Away for so long that the others no longer have the log that it lacks. */
  static Strike lag(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    List<String> forgotten =
        Stream.generate(() -> "lag/" + scene.random().nextLong(1L << 40)).limit(FORGOTTEN).toList();
    forEach(cluster, forgotten, (client, key) -> client.put(key, "there before"));
    // It has taken a snapshot of its own then, which has these keys.
    scene.awaitPuts("big/", PUTS_MISSED);
    cluster.kill(victim);
    int said = cluster.outputOf(victim).length();
    forEach(cluster, forgotten, KvClient::delete);
    scene.awaitPuts("big/", PUTS_MISSED);
    return Strike.on(
        victim,
        () -> {
          cluster.start(victim);
          await(victim + " to be sent a snapshot")
              .atMost(PATIENCE)
              .until(() -> cluster.outputOf(victim).substring(said).contains(INSTALLED));
        },
        () -> Optional.of("it has been sent a snapshot"));
  }

  /** Other faults may be in the way: what is not done then shows nothing, and harms nothing. */
  private static void forEach(
      KvCluster cluster, List<String> keys, BiConsumer<KvClient, String> work) {
    try (KvClient client = cluster.newClient(PATIENCE)) {
      keys.forEach(key -> work.accept(client, key));
    } catch (KvException e) {
      // As said.
    }
  }

  /** Its disk is lost while it runs; a new node takes its place. */
  static Strike replace(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    String successor = cluster.replace(victim);
    return new Strike(
        Set.of(victim),
        false,
        () -> {},
        () ->
            Optional.of("%s is a member instead of %s".formatted(successor, victim))
                .filter(proof -> !cluster.nodeIds().contains(victim)));
  }
}
