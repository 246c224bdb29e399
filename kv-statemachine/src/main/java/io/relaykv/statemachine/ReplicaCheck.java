package io.relaykv.statemachine;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CompareCheck;
import io.relaykv.protocol.log.StartCheck;
import io.relaykv.statemachine.store.FrozenContent;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * This node's part in the comparison of replicas. When a {@link StartCheck} is applied, the content
 * of the store as of exactly that entry is held, and hashed on a thread of its own while applying
 * goes on. When a {@link CompareCheck} is applied, the digest is compared with the leader's, now or
 * as soon as it is there.
 *
 * <p>One check at a time: a newer one ends an older one. A check is without a result when the store
 * is replaced or closed meanwhile, and after a restart, unless its entries are applied again.
 *
 * <p>Nothing of this is replicated; what is compared is. Any thread may ask, the thread that
 * applies the log tells what it has applied.
 */
public final class ReplicaCheck implements AutoCloseable {
  /** Hashed in a millisecond or a few, for which a replacement of the store must wait. */
  private static final int PIECE_BYTES = 128 << 10;

  private final LiveStore live;
  private final StateMachineEvents events;
  private final ExecutorService hashing;
  private final Runnable pause;

  /** The check that was begun last; none if there was none since the store was opened. */
  private volatile @Nullable Run current;

  /**
   * @param threads makes the thread that hashes, when the first check begins
   * @param pause leaves the processor and the disk to others, on that thread
   */
  ReplicaCheck(LiveStore live, StateMachineEvents events, ThreadFactory threads, Runnable pause) {
    this.live = live;
    this.events = events;
    this.pause = pause;
    this.hashing = Executors.newSingleThreadExecutor(threads);
  }

  /**
   * How far this node is with a check.
   *
   * @param index the log entry as of which it hashes
   * @param hashedBytes how much it has hashed
   * @param digest the SHA-256, once it is done
   */
  public record Progress(long index, long hashedBytes, Optional<ByteString> digest) {}

  /** The command that starts a check on every node that applies it. */
  public static Command.Builder start() {
    return Command.newBuilder()
        .setStartCheck(StartCheck.newBuilder().setDigestVersion(FrozenContent.DIGEST_VERSION));
  }

  /** How far this node is with the last check, if it has begun one on the store that is open. */
  public Optional<Progress> progress() {
    return Optional.ofNullable(current).map(Run::progress);
  }

  /** Whether this node still hashes. */
  public boolean isHashing() {
    return progress().filter(last -> last.digest().isEmpty()).isPresent();
  }

  /**
   * The last check, if it is done here and no leader has had it compared yet: for the leader to put
   * its result into the log.
   */
  public Optional<Progress> toCompare() {
    Run last = current;
    return last == null || last.leaders.isDone()
        ? Optional.empty()
        : Optional.of(last.progress()).filter(done -> done.digest().isPresent());
  }

  /** Another store is open: a check of the one before is at its end. */
  void storeOpened() {
    current = null;
  }

  /** Goes by an entry that has just been applied, with nothing applied behind it. */
  void applied(Command command, long index) {
    switch (command.getOpCase()) {
      case START_CHECK -> start(command.getStartCheck(), index);
      case COMPARE_CHECK -> compare(command);
      default -> {}
    }
  }

  private void start(StartCheck check, long index) {
    current = null;
    if (check.getDigestVersion() == FrozenContent.DIGEST_VERSION) {
      Run run = live.with(store -> new Run(index, store));
      current = run;
      hashing.execute(run);
    }
  }

  private void compare(Command command) {
    Run last = current;
    if (last != null && last.index == command.getCompareCheck().getStartIndex()) {
      last.leaders.complete(command);
    }
  }

  /** Ends the check that is under way; it looks at the store once more, if that is open. */
  @Override
  public void close() {
    current = null;
    hashing.shutdown();
  }

  /** One check. */
  private final class Run implements Runnable {
    private final long index;
    private final KvStore store;

    /** Of the thread that hashes; used only while the store is kept open. */
    private final FrozenContent content;

    private volatile long hashedBytes;
    private final CompletableFuture<ByteString> digest = new CompletableFuture<>();

    /** The command by which a leader had its digest compared; of several the first. */
    private final CompletableFuture<Command> leaders = new CompletableFuture<>();

    Run(long index, KvStore store) {
      this.index = index;
      this.store = store;
      this.content = store.freeze();
      var unused = digest.thenAcceptBoth(leaders, this::compare);
    }

    Progress progress() {
      return new Progress(index, hashedBytes, Optional.ofNullable(digest.getNow(null)));
    }

    @Override
    public void run() {
      try {
        while (live.with(this::hashNext)) {
          pause.run();
        }
        if (current == this) {
          digest.complete(ByteString.copyFrom(content.digest()));
        }
      } catch (StoreUnavailableException e) {
        // closed meanwhile, and what it has kept for this check with it
      } catch (StoreException e) {
        events.failed("cannot read what is to be hashed for a replica check", e);
      }
    }

    /** Returns whether to go on; the store that is open may be another one by now. */
    private boolean hashNext(KvStore open) {
      boolean more = open == store && current == this && content.hashNext(PIECE_BYTES);
      hashedBytes = content.hashedBytes();
      if (!more) {
        content.close();
      }
      return more;
    }

    private void compare(ByteString own, Command command) {
      CompareCheck theirs = command.getCompareCheck();
      events.replicaCompared(
          new CheckComparison(
              index,
              theirs.getNodeId(),
              own.equals(theirs.getDigest()),
              command.getLeaderTimeMs()));
    }
  }
}
