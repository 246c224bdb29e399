package io.relaykv.testkit;

import io.relaykv.client.KvClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * A cluster for all tests of a class, in JUnit 5.
 *
 * <pre>{@code
 * class FlagsTest {
 *   @RegisterExtension
 *   static final KvClusterExtension kv = KvClusterExtension.inProcess(3);
 *
 *   @Test
 *   void aFlagIsKept(KvClient client) {
 *     client.put("flags/new-checkout", true);
 *     kv.cluster().kill(kv.cluster().awaitLeader());
 *     assertTrue(client.get("flags/new-checkout").orElseThrow().asBoolean());
 *   }
 * }
 * }</pre>
 *
 * <p>Before each test all links are well, all nodes run and the cluster serves; what earlier tests
 * have stored stays. Parameters of the types {@link KvCluster} and {@link KvClient} are filled in;
 * the client is one and the same for the whole class. The cluster's files lie in a temporary
 * directory, which stays if a test fails. The field must be static. Not for tests of one class that
 * run at the same time.
 */
public final class KvClusterExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterAllCallback,
        ParameterResolver,
        TestWatcher {
  private final Function<Path, KvCluster> maker;
  private final List<KvClient> clients = new ArrayList<>();
  private @Nullable KvCluster cluster;
  private @Nullable KvClient client;
  private @Nullable Path directory;
  private boolean failed;

  private KvClusterExtension(Function<Path, KvCluster> maker) {
    this.maker = maker;
  }

  /** As {@link KvCluster#inProcess(int, Path)}. */
  public static KvClusterExtension inProcess(int size) {
    return of(directory -> KvCluster.inProcess(size, directory));
  }

  /** As {@link KvCluster#processes(int, Path)}. */
  public static KvClusterExtension processes(int size) {
    return of(directory -> KvCluster.processes(size, directory));
  }

  /** As {@link KvCluster#processesWithFaults(int, Path, Map)}. */
  public static KvClusterExtension processesWithFaults(int size) {
    return of(directory -> KvCluster.processesWithFaults(size, directory, Map.of()));
  }

  /**
   * A cluster of the test's own making.
   *
   * @param maker is given an empty directory
   */
  public static KvClusterExtension of(Function<Path, KvCluster> maker) {
    return new KvClusterExtension(maker);
  }

  /** The cluster, while tests of the class run. */
  public KvCluster cluster() {
    return running(cluster);
  }

  /** A client that knows all nodes; closed behind the last test of the class. */
  public KvClient newClient() {
    KvClient made = cluster().newClient();
    clients.add(made);
    return made;
  }

  private static <T> T running(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("no test of the class runs: is the field static?");
    }
    return part;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    failed = false;
    directory = Files.createTempDirectory("relaykv-");
    cluster = maker.apply(directory);
    client = newClient();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    cluster().mend();
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    failed = true;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    clients.forEach(KvClient::close);
    clients.clear();
    client = null;
    try {
      if (cluster != null) {
        cluster.close();
      }
    } finally {
      cluster = null;
      leave();
    }
  }

  private void leave() {
    Path left = running(directory);
    if (failed) {
      System.out.println("The files of the cluster stay in " + left);
      return;
    }
    try (Stream<Path> files = Files.walk(left)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == KvCluster.class || type == KvClient.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KvCluster.class ? cluster() : running(client);
  }
}
