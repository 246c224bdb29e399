package io.relaykv.statemachine;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.protocol.log.CreateApiKey;
import io.relaykv.protocol.log.SetApiKeyEnabled;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A store and what is applied to it, without Raft: for whatever reads the applied state. */
public final class AppliedState implements AutoCloseable {
  private static final long NOW = 1_700_000_000_000L;

  private final LiveStore live = new LiveStore();
  private final KvStore store;
  private final AccessTable access;
  private final CommandApplier applier;

  /** An empty one in {@code directory}. */
  public AppliedState(Path directory) throws IOException {
    store = KvStore.open(directory);
    live.replace(() -> store);
    access = AccessTable.load(store);
    applier = new CommandApplier(store, access, FormerMembers.load(store));
  }

  /** The table as it is to be had while no store is open: not at all. */
  public static Supplier<AccessTable> noAccess() {
    return () -> {
      throw new StoreUnavailableException();
    };
  }

  public LiveStore live() {
    return live;
  }

  public AccessTable access() {
    return access;
  }

  public CommandResult apply(Command command) {
    return applier.apply(command, new Applied(1, store.applied().index() + 1));
  }

  public long createAccount(String name) {
    return made(Command.newBuilder().setCreateAccount(CreateAccount.newBuilder().setName(name)));
  }

  /** Makes a key with the secret's hash {@code secretSha256}. */
  public long createApiKey(
      String account, byte[] secretSha256, boolean read, boolean write, long expiresAtMs) {
    return made(
        Command.newBuilder()
            .setCreateApiKey(
                CreateApiKey.newBuilder()
                    .setAccount(account)
                    .setSecretSha256(ByteString.copyFrom(secretSha256))
                    .setRead(read)
                    .setWrite(write)
                    .setExpiresAtMs(expiresAtMs)));
  }

  public void setEnabled(long apiKey, boolean enabled) {
    made(
        Command.newBuilder()
            .setSetApiKeyEnabled(SetApiKeyEnabled.newBuilder().setId(apiKey).setEnabled(enabled)));
  }

  private long made(Command.Builder command) {
    CommandResult result = apply(command.setLeaderTimeMs(NOW).build());
    if (!result.hasDone()) {
      throw new IllegalStateException(result.toString());
    }
    return result.getDone().getId();
  }

  @Override
  public void close() {
    live.close();
  }
}
