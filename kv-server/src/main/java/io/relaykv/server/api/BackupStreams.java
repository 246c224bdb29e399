package io.relaykv.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.relaykv.protocol.BackupRules;
import io.relaykv.protocol.backup.BackupEnd;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.server.raft.LeadershipUnconfirmedException;
import io.relaykv.server.raft.NotLeadingException;
import io.relaykv.statemachine.LiveStore;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.backup.BackupImage;
import io.relaykv.statemachine.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The backups that this node is giving. Each holds a moment of the store, for which RocksDB keeps
 * what has been written over since; so there are few of them, and none lasts for longer than its
 * reader takes part after part.
 *
 * <p>All of them are read by one thread, a part at a time, and only when the network takes it: no
 * more than a part or two of each is in memory. That thread rests for as long as it has worked, so
 * that clients get their share of the processors and the disk.
 */
final class BackupStreams implements AutoCloseable {
  /** At the same time. */
  static final int MAX = 2;

  /** A reader that does not take the next part for so long is ended. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LiveStore store;
  private final Supplier<CompletableFuture<Void>> barrier;
  private final Supplier<BackupHeader.Builder> origin;
  private final BiConsumer<String, Throwable> storeFailed;
  private final Clock clock;
  private final Duration patience;
  private final BackupMetrics metrics;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param barrier completes once this node has applied all that was acknowledged before
   * @param origin says whose backup it is
   * @param storeFailed told when the store cannot be read; must not block
   * @param clock gives the time that a backup carries
   * @param patience how long a reader may take for a part
   * @param metrics what has become of each goes there
   */
  BackupStreams(
      String nodeId,
      LiveStore store,
      Supplier<CompletableFuture<Void>> barrier,
      Supplier<BackupHeader.Builder> origin,
      BiConsumer<String, Throwable> storeFailed,
      Clock clock,
      Duration patience,
      BackupMetrics metrics) {
    this.store = store;
    this.barrier = barrier;
    this.origin = origin;
    this.storeFailed = storeFailed;
    this.clock = clock;
    this.patience = patience;
    this.metrics = metrics;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, nodeId + "-backup");
              made.setDaemon(true);
              return made;
            });
    thread.setRemoveOnCancelPolicy(true);
  }

  /**
   * Sends header and rows to {@code out}, and leaves the end to the caller: call it before the call
   * is answered.
   *
   * @return the end, once all else is sent. Fails with {@link CallRefusedException} if there are
   *     too many, or the reader has stalled or gone; with {@link NotLeadingException}, {@link
   *     LeadershipUnconfirmedException} or {@link StoreUnavailableException}
   */
  CompletableFuture<BackupPart> send(ServerCallStreamObserver<BackupPart> out) {
    Sending sending = new Sending(out);
    out.setOnReadyHandler(sending::goOn);
    out.setOnCancelHandler(sending::readerGone);
    out.setOnCloseHandler(sending::allSent);
    if (underWay.incrementAndGet() > MAX) {
      sending.end(
          new CallRefusedException(
              "%d backups are under way on this node; the next one can begin when one of them has ended"
                  .formatted(MAX)));
    } else {
      barrier
          .get()
          .whenComplete(
              (passed, failure) ->
                  sending.run(failure == null ? sending::begin : () -> sending.end(failure)));
    }
    return sending.result;
  }

  /** How many there are. */
  int underWay() {
    return underWay.get();
  }

  /** Ends the thread; what is under way ends with the connections. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** One of them. Confined to the thread, but for what gRPC calls. */
  private final class Sending {
    private final ServerCallStreamObserver<BackupPart> out;
    private final CompletableFuture<BackupPart> result = new CompletableFuture<>();
    private @Nullable BackupImage image;
    private @Nullable ScheduledFuture<?> watch;
    private @Nullable BackupHeader sentHeader;
    private boolean counted;
    private long sentBytes;
    private long begunNanos;
    private long lastSentNanos;
    private boolean waitsForNetwork;

    Sending(ServerCallStreamObserver<BackupPart> out) {
      this.out = out;
      result.whenComplete((end, failure) -> underWay.decrementAndGet());
    }

    /** Runs it on the thread; once that has ended, nobody is left to be answered. */
    void run(Runnable task) {
      try {
        thread.execute(task);
      } catch (RejectedExecutionException e) {
        result.completeExceptionally(new StoreUnavailableException());
      }
    }

    void begin() {
      if (result.isDone()) {
        return;
      }
      guarded(
          () -> {
            BackupImage made = BackupImage.freeze(store);
            image = made;
            begunNanos = System.nanoTime();
            lastSentNanos = begunNanos;
            watch =
                thread.scheduleWithFixedDelay(
                    this::look,
                    patience.toMillis() / 4,
                    patience.toMillis() / 4,
                    TimeUnit.MILLISECONDS);
            BackupHeader header =
                made.header()
                    .mergeFrom(origin.get().build())
                    .setFormatVersion(BackupRules.FORMAT_VERSION)
                    .setCreatedAtMs(clock.millis())
                    .build();
            sentHeader = header;
            sendPart(BackupPart.newBuilder().setHeader(header).build());
          });
      sendNext();
    }

    /** The network takes more. */
    void goOn() {
      run(
          () -> {
            if (waitsForNetwork) {
              sendNext();
            }
          });
    }

    private void sendNext() {
      BackupImage open = image;
      // If it is ready just after this, that is told behind this.
      waitsForNetwork = open != null && !out.isReady();
      if (open == null || waitsForNetwork) {
        return;
      }
      long begun = System.nanoTime();
      guarded(
          () -> {
            Optional<BackupRows> next = open.next();
            if (next.isPresent()) {
              sendPart(BackupPart.newBuilder().setRows(next.get()).build());
            } else {
              release();
              BackupPart end =
                  BackupPart.newBuilder()
                      .setEnd(BackupEnd.newBuilder().setCounts(open.counts()))
                      .build();
              sentBytes += end.getSerializedSize();
              result.complete(end);
            }
          });
      lastSentNanos = System.nanoTime();
      if (!result.isDone()) {
        rest(lastSentNanos - begun);
      }
    }

    private void sendPart(BackupPart part) {
      sentBytes += part.getSerializedSize();
      out.onNext(part);
    }

    private void rest(long nanos) {
      try {
        var unused = thread.schedule(this::sendNext, nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        end(new StoreUnavailableException());
      }
    }

    private void guarded(Runnable work) {
      try {
        work.run();
      } catch (StoreException e) {
        storeFailed.accept("cannot read what is to be backed up", e);
        end(new StoreUnavailableException());
      } catch (RuntimeException e) {
        end(e);
      }
    }

    private void look() {
      if (System.nanoTime() - lastSentNanos > patience.toNanos()) {
        end(
            new CallRefusedException(
                "the backup was ended: its reader has not taken the next part for %d s"
                    .formatted(patience.toSeconds())));
      }
    }

    void readerGone() {
      run(() -> end(new CallRefusedException("the reader of the backup has gone")));
    }

    /** The call has ended, and gRPC has sent all of it, the end too. */
    void allSent() {
      run(
          () -> {
            if (!result.isCompletedExceptionally()) {
              count(
                  header ->
                      metrics.sent(
                          new BackupMetrics.Sent(
                              header.getCreatedAtMs(),
                              header.getAppliedIndex(),
                              sentBytes,
                              Duration.ofNanos(lastSentNanos - begunNanos))));
            }
          });
    }

    void end(Throwable failure) {
      release();
      result.completeExceptionally(failure);
      count(header -> metrics.brokenOff());
    }

    /** Once, if there was something of it. */
    private void count(Consumer<BackupHeader> outcome) {
      if (sentHeader != null && !counted) {
        counted = true;
        outcome.accept(sentHeader);
      }
    }

    private void release() {
      if (watch != null) {
        watch.cancel(false);
      }
      if (image != null) {
        image.close();
        image = null;
      }
    }
  }
}
