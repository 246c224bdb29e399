package io.relaykv.shell.bench;

import io.relaykv.client.KvAsyncClient;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends operations at a rate, whatever becomes of earlier ones, as users do. The time of each
 * counts from when it was due, also if it had to wait to be sent: what a cluster that stands still
 * costs is in the figures (Tene's "coordinated omission" does not happen).
 */
final class OpenLoop implements Pace {
  private final List<KvAsyncClient> clients;
  private final double nanosBetween;
  private final Requests requests;
  private final int mostUnderWay;
  private final Semaphore room;
  private final Thread sender = new Thread(this::send, "bench-sender");
  private volatile boolean stopped;

  OpenLoop(List<KvAsyncClient> clients, int outstanding, double perSecond, Requests requests) {
    this.clients = clients;
    this.nanosBetween = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.requests = requests;
    this.mostUnderWay = outstanding * clients.size();
    this.room = new Semaphore(mostUnderWay);
    sender.setDaemon(true);
  }

  @Override
  public void start() {
    sender.start();
  }

  private void send() {
    long begin = System.nanoTime();
    for (long i = 0; !stopped; i++) {
      long due = begin + (long) (i * nanosBetween);
      awaitTime(due);
      room.acquireUninterruptibly();
      KvAsyncClient client = clients.get((int) (i % clients.size()));
      requests.send(client, due).thenRun(room::release);
    }
  }

  private void awaitTime(long due) {
    for (long left = due - System.nanoTime();
        left > 0 && !stopped;
        left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(sender);
    boolean interrupted = false;
    while (sender.isAlive()) {
      try {
        sender.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    room.acquireUninterruptibly(mostUnderWay);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
