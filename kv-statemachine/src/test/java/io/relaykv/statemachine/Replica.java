package io.relaykv.statemachine;

import static io.relaykv.statemachine.Commands.command;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A store and what is applied to it, without Ratis. */
final class Replica implements AutoCloseable {
  private static final long NOW = 1_700_000_000_000L;

  private final Path directory;
  private KvStore store;
  private AccessTable access;
  private CommandApplier applier;

  Replica(Path directory) {
    this.directory = directory;
    open();
  }

  private void open() {
    store = KvStore.open(directory);
    access = AccessTable.load(store);
    applier = new CommandApplier(store, access, FormerMembers.load(store));
  }

  void restart() {
    store.close();
    open();
  }

  KvStore store() {
    return store;
  }

  AccessTable access() {
    return access;
  }

  CommandResult apply(Command command) {
    return applier.apply(command, new Applied(1, store.applied().index() + 1));
  }

  List<WriteStatus> write(SessionWrites... sessions) {
    return apply(command(NOW, sessions)).getWrites().getStatusesList();
  }

  Optional<String> value(long account, String key) {
    return Optional.ofNullable(store.get(account, key)).map(bytes -> new String(bytes, UTF_8));
  }

  @Override
  public void close() {
    store.close();
  }
}
