package io.relaykv.client;

import io.relaykv.client.internal.GrpcKvAdmin;
import io.relaykv.protocol.ApiKeyText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What operators ask of a cluster. Thread-safe.
 *
 * <p>{@link #status} and {@link #lastCheck} ask every node, as {@link #verify} does for the
 * results; {@link #setLogLevel} asks the node that is named. All else goes to the leader, which is
 * looked for within {@link Builder#requestTimeout}, and fails with a {@link KvException}: {@link
 * InvalidRequestException} if it breaks a rule, {@link NotAllowedException} if the admin key is not
 * valid, {@link RefusedException} if there is no such account or key, or one already, or too many,
 * or the state of the cluster forbids it; {@link UnavailableException} if no leader took it, and
 * {@link OutcomeUnknownException} if it may have been carried out.
 *
 * <p>What may have been carried out is not sent again. The exceptions come to the same however
 * often they are made: adding and removing a member, handing the leadership to a member that is
 * named, {@link #finalizeUpgrade}, and the parts of a restore.
 */
public interface KvAdmin extends AutoCloseable {

  /** A builder with every default in place but nodes and key. */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Asks every node of the list, and every member that an answering node names, all at once. Never
   * fails for a node that does not answer: it becomes an unreachable entry. A node is told of once,
   * however many of its addresses were asked. The members that a leader names are asked from then
   * on too, here and for all else, also when the nodes of the list are gone.
   *
   * @throws NotAllowedException if no node accepts the admin key
   */
  ClusterStatus status();

  /**
   * Makes an account.
   *
   * @param name 1 to 63 lower-case letters, digits and dashes, the first no dash
   * @param maxBytes what its keys and values may take together; 0 for no limit
   */
  AccountInfo createAccount(String name, long maxBytes);

  /** All accounts, by name. */
  List<AccountInfo> accounts();

  /** The account of that name, if there is one. */
  Optional<AccountInfo> account(String name);

  /** Deletes an account, its API keys and all of its data. There is no way back. */
  void deleteAccount(String name);

  /**
   * Makes an API key. Its secret is chosen here: the cluster is sent no more than its hash.
   *
   * @param account whose data it opens
   * @param rights what it allows; at least one
   * @param expires when it ends, by the leader's clock; empty for never
   * @param label for people, at most 128 characters of printable ASCII
   */
  NewApiKey createApiKey(
      String account, Set<ApiKeyRight> rights, Optional<Instant> expires, String label);

  /** The API keys of all accounts, by id. */
  List<ApiKeyInfo> apiKeys();

  /** The API keys of an account, by id. */
  List<ApiKeyInfo> apiKeys(String account);

  /**
   * Disables an API key. When this returns, no write with it takes effect any more, not even one
   * that was under way, and no read is answered.
   */
  ApiKeyInfo disableApiKey(long id);

  /** Enables an API key that was disabled. */
  ApiKeyInfo enableApiKey(long id);

  /** Deletes an API key, with the effect of {@link #disableApiKey} for good. */
  void deleteApiKey(long id);

  /**
   * Has every node hash all that it holds as of one log entry, beside its other work, and compares.
   * Waits for the nodes that answer, for as long as they come on: until all have a result, or none
   * has come further within {@link Builder#requestTimeout}.
   *
   * <p>A check that is started meanwhile, by others or by the cluster itself, ends this one: its
   * nodes then have no result. It is safe to ask again.
   *
   * @param progress told once a second what is known so far, on the caller's thread
   */
  ReplicaCheck verify(Consumer<ReplicaCheck> progress);

  /**
   * What came of the last check that was begun, by {@link #verify} or by the cluster itself, as far
   * as the nodes that answer still know it; of index 0 if they know of none. Begins none.
   *
   * @throws NotAllowedException if no node accepts the admin key
   */
  ReplicaCheck lastCheck();

  /** The members, and the leader, as that sees them. */
  ClusterMembers members();

  /**
   * Makes a node a member that has been started with {@code kv-server start --join} and waits. It
   * is brought up to date first, which may take long if there is much data.
   *
   * @param name its {@code node.id}; never one that a former member had
   * @param clientAddress where it serves clients, {@code host:port}
   * @param peerAddress where it serves the other nodes, {@code host:port}
   * @param within how long to wait, however short {@link Builder#requestTimeout} is; when this has
   *     passed, it may still become a member
   * @param listener told now and then how far it is, on a network thread, which it must not block,
   *     also not with a waiting method of any client
   * @return false if it was a member already, at these addresses
   * @throws RefusedException if it was a member before, or is one at other addresses; if too few
   *     members are up; if it does not answer, or stops answering; or if another change is under
   *     way
   */
  boolean addMember(
      String name,
      String clientAddress,
      String peerAddress,
      Duration within,
      Consumer<JoinProgress> listener);

  /**
   * Takes a node out of the members for good: it stops, and no node of its name is added again. If
   * it leads, the leadership is handed over first.
   *
   * @return false if it was no member
   * @throws RefusedException if the others could not go on without it, or if another change is
   *     under way
   */
  boolean removeMember(String name);

  /**
   * Hands the leadership over.
   *
   * @param to a member that is up, or empty for the one that is nearest to the leader
   * @return the new leader's name
   * @throws RefusedException if it cannot lead
   */
  String transferLeadership(Optional<String> to);

  /**
   * Ends an upgrade: raises the cluster to the newest feature level that its members support. From
   * then on it may write what older versions cannot read, and none of them can run in it again. May
   * be repeated; if there is nothing newer, nothing is done.
   *
   * @param dryRun only looks whether it could be done
   * @throws RefusedException if a member is down, or does not support that level; or if a change of
   *     the members is under way
   */
  FeatureLevelChange finalizeUpgrade(boolean dryRun);

  /**
   * Sets how much a node logs, until it is started again. It goes to that node, not to the leader.
   *
   * @param node its name
   * @return how much it was
   * @throws UnavailableException if no node of that name answers
   */
  LogLevel setLogLevel(String node, LogLevel level);

  /**
   * Writes all accounts, API keys (their hashes) and data, as of one log entry, into a file that
   * only its owner can read; clients go on reading and writing meanwhile. The file is there as a
   * whole, on the disk, or not at all. When the leader is lost, the next one is asked, and the file
   * begun anew.
   *
   * @param replace whether the file may take the place of one that is there
   * @param progress told about once a MiB, on the caller's thread
   * @throws RefusedException if two backups are under way already, or this one was not read for 30
   *     s
   * @throws InvalidBackupException if what the node sent is no whole backup that could be restored;
   *     the file was not kept
   * @throws java.io.UncheckedIOException if the file cannot be written, or is there already
   */
  BackupInfo createBackup(Path file, boolean replace, Consumer<BackupProgress> progress);

  /**
   * Puts a backup into an empty cluster: one without accounts. The file is {@link BackupFile#verify
   * verified} first. Until all is there no API key is valid. May be repeated: what was interrupted
   * goes on where it was, with the same file alone.
   *
   * @param progress told about once a MiB, on the caller's thread
   * @throws InvalidBackupException if the file is not what was written
   * @throws RefusedException if the cluster is not empty, or another backup is being restored; or
   *     if this one has been restored as a whole before
   * @throws OutcomeUnknownException if no leader took a part: what was restored until then stays,
   *     and the same call goes on with it
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  BackupInfo restoreBackup(Path file, Consumer<BackupProgress> progress);

  /**
   * Ends the calls that are under way: they fail with {@link OutcomeUnknownException} if they may
   * have been carried out, otherwise with {@link UnavailableException}. Later calls fail at once
   * with that; to {@link #status} no node answers any more. Closing twice is harmless.
   */
  @Override
  void close();

  /** Collects what an admin client needs. Not thread-safe. */
  final class Builder extends ConnectionBuilder<Builder> {
    Builder() {}

    @Override
    Builder self() {
      return this;
    }

    @Override
    void checkKind(ApiKeyText shown) {
      if (!shown.isAdmin()) {
        throw new IllegalArgumentException(
            "this is an API key of an account; operators need an admin key (rk_admin_..)");
      }
    }

    /**
     * An admin client. It connects when it is first asked.
     *
     * @throws IllegalStateException if nodes or key are missing, or the key would leave this
     *     machine in plain text
     * @throws java.io.UncheckedIOException if a file for TLS cannot be read or does not hold what
     *     it should; the message names it
     */
    public KvAdmin build() {
      return GrpcKvAdmin.open(checkedNodes(), checkedSecurity(), requestTimeout());
    }
  }
}
