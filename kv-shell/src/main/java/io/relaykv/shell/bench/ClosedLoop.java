package io.relaykv.shell.bench;

import io.relaykv.client.KvAsyncClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;

/**
 * Sends an operation whenever an earlier one has ended, so that always as many are under way. Shows
 * what a cluster can do; when it stands still, little is sent that could show for how long.
 */
final class ClosedLoop implements Pace {
  private final List<KvAsyncClient> clients;
  private final int outstanding;
  private final Requests requests;

  /** One party for each operation that is under way, and one for this. */
  private final Phaser underWay = new Phaser(1);

  private volatile boolean stopped;

  ClosedLoop(List<KvAsyncClient> clients, int outstanding, Requests requests) {
    this.clients = clients;
    this.outstanding = outstanding;
    this.requests = requests;
  }

  @Override
  public void start() {
    for (int i = 0; i < outstanding; i++) {
      for (KvAsyncClient client : clients) {
        underWay.register();
        sendOneAfterTheOther(client);
      }
    }
  }

  private void sendOneAfterTheOther(KvAsyncClient client) {
    while (!stopped) {
      CompletableFuture<Void> sent = requests.send(client, System.nanoTime());
      // One that has ended already must not call this again from within, or the stack grows.
      if (!sent.isDone()) {
        sent.thenRun(() -> sendOneAfterTheOther(client));
        return;
      }
    }
    underWay.arriveAndDeregister();
  }

  @Override
  public void close() {
    stopped = true;
    underWay.arriveAndAwaitAdvance();
  }
}
