package io.relaykv.statemachine;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/** A store and what is applied to it, with its replica checks, which hash when they are told to. */
public final class CheckedState implements AutoCloseable {
  private final LiveStore live = new LiveStore();
  private final CountDownLatch mayHash = new CountDownLatch(1);
  private final CommandApplier applier;
  private final ReplicaCheck check;
  private long index;

  /** An empty one in {@code directory}. */
  public CheckedState(Path directory, StateMachineEvents events) throws IOException {
    KvStore store = KvStore.open(directory);
    live.replace(() -> store);
    applier = new CommandApplier(store, AccessTable.load(store), FormerMembers.load(store));
    check = new ReplicaCheck(live, events, this::newThread, () -> {});
  }

  private Thread newThread(Runnable task) {
    return new Thread(
        () -> {
          try {
            mayHash.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          task.run();
        });
  }

  public ReplicaCheck check() {
    return check;
  }

  public OptionalLong lastCheckMs() {
    return applier.lastCheckMs();
  }

  public CommandResult apply(Command command) {
    CommandResult result = applier.apply(command, new Applied(1, ++index));
    check.applied(command, index);
    return result;
  }

  public void letItHash() {
    mayHash.countDown();
  }

  @Override
  public void close() {
    letItHash();
    check.close();
    live.close();
  }
}
