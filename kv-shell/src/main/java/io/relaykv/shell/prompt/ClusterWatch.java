package io.relaykv.shell.prompt;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NotAllowedException;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.cluster.Verdict;
import io.relaykv.shell.failure.ShellException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at the cluster now and then, on a thread of its own, so that the prompt can say how it is
 * without asking. With an admin key it knows all; without, whether data can be read.
 */
final class ClusterWatch implements AutoCloseable {
  private static final String ADMIN = "admin";

  private final CommandContext context;
  private final Consumer<ClusterView> whenSeen;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread watching = new Thread(work, "cluster-watch");
            watching.setDaemon(true);
            return watching;
          });
  private volatile ClusterView view;

  /** Confined to the thread. */
  private boolean accountIsKnown;

  /**
   * Knows no more yet than the configuration says.
   *
   * @param whenSeen told what was seen, on the thread
   */
  ClusterWatch(CommandContext context, Consumer<ClusterView> whenSeen) {
    this.context = context;
    this.whenSeen = whenSeen;
    this.view =
        new ClusterView(
            context.apiKeyId().map(id -> "rk_" + id).orElse(ADMIN),
            context.firstNode(),
            "..",
            Verdict.YELLOW,
            List.of());
  }

  void start(Duration every) {
    thread.scheduleWithFixedDelay(this::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What was seen last; for any thread. */
  ClusterView view() {
    return view;
  }

  private void look() {
    ClusterView before = view;
    try {
      view = seen(before);
    } catch (RuntimeException e) {
      // The next look may tell more; a scheduled task that throws has been its last.
      view = of(before, "unavailable", Verdict.RED);
    }
    whenSeen.accept(view);
  }

  private ClusterView seen(ClusterView before) {
    try (KvAdmin admin = context.admin()) {
      return fromStatus(admin.status(), account(admin, before.account()), before);
    } catch (ShellException | NotAllowedException e) {
      // There is no admin key, or not a valid one.
      return fromData(before);
    }
  }

  private static ClusterView fromStatus(ClusterStatus status, String account, ClusterView before) {
    Verdict verdict = Verdict.of(status);
    return new ClusterView(
        account,
        status.up().stream().map(NodeStatus.Up::clusterName).findFirst().orElse(before.cluster()),
        verdict.word().toLowerCase(Locale.ROOT),
        verdict.colour(),
        status.members().stream().map(NodeStatus::name).toList());
  }

  /** Its name, asked for until it is known. */
  private String account(KvAdmin admin, String before) {
    Optional<String> id = context.apiKeyId();
    if (accountIsKnown || id.isEmpty()) {
      return before;
    }
    try {
      Optional<String> name =
          admin.apiKeys().stream()
              .filter(key -> Long.toString(key.id()).equals(id.get()))
              .map(key -> key.account())
              .findFirst();
      accountIsKnown = true;
      return name.orElse(before);
    } catch (KvException e) {
      return before;
    }
  }

  private ClusterView fromData(ClusterView before) {
    try (KvClient client = context.client()) {
      client.keys("", 1);
      return of(before, "serving", Verdict.GREEN);
    } catch (NotAllowedException e) {
      return of(before, "not allowed", Verdict.YELLOW);
    } catch (KvException e) {
      return of(before, "unavailable", Verdict.RED);
    }
  }

  private static ClusterView of(ClusterView before, String health, int colour) {
    return new ClusterView(before.account(), before.cluster(), health, colour, before.nodes());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
