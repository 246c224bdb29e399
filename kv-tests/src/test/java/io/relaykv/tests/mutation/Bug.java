package io.relaykv.tests.mutation;

import io.relaykv.client.KvException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import java.nio.file.Path;
import java.util.List;

/**
 * A bug that others have had or that we could have, to be put back into the nodes of a cluster: a
 * test that does not fail then proves nothing. Nothing in production code knows of it; {@link
 * BugAgent} changes the classes of a node as they are loaded.
 *
 * <p>Each says what must show it, and by what.
 */
public enum Bug {
  /**
   * Shown by reads that stay at a leader which is cut off from the other nodes, while another takes
   * writes: not linearizable. Whoever writes must not stay there too, as a client does for as long
   * as that leader answers it. The time for it is from the election of the other until this one
   * steps down, which it does the greatest election timeout after the cut.
   */
  RATIS_READS(
      "a node serves reads whenever it believes that it leads",
      new Change(Names.LEASE, "barrier", ReadsWithoutBarrier.class)),

  /**
   * Shown as {@link #RATIS_READS}, but not in every round: Ratis asks a majority unless a read has
   * done so since the last commit (docs/adr/0002). So there must be reads, and no writes, just
   * before the cut.
   */
  RATIS_LINEARIZABLE_READS(
      "reads pass Ratis' own LINEARIZABLE option in the place of the lease",
      new Change(Names.RAFT + "RatisProperties", "reads", ReadsByRatis.Option.class),
      new Change(Names.LEASE, "barrier", ReadsByRatis.Barrier.class)),

  /**
   * Shown by reads that stay at a leader whose lease a follower has just renewed, while that
   * follower elects another: not linearizable. Ratis alone withholds its vote while it remembers
   * the leader, so that a cut is not enough. The vote must have been on its way before; or the
   * follower must be killed and started again within the lease, for which leader and follower need
   * an election timeout of 20 s or so, and the one that it elects a short one.
   */
  LEASE_WITHOUT_PROMISE(
      "a follower votes although it has promised its leader not to",
      new Change(Names.RAFT + "VotePromise", "vote", VotesInSpiteOfPromises.class)),

  /**
   * Shown by a write that is sent again under its number when another has written the key since:
   * the old value is back, not linearizable.
   */
  SESSIONS_OFF(
      "a write that is sent again is applied again",
      new Change(Names.STATE + "sessions.Session", "decide", EveryWriteIsNew.class)),

  /**
   * As if the sessions were not in snapshots. Shown as {@link #SESSIONS_OFF} when the leader has
   * loaded a snapshot, its own or another's, that was made between the two times: what is applied
   * from the log is known.
   */
  SESSIONS_NOT_LOADED(
      "a node that loads a snapshot knows no sessions from it",
      new Change(Names.STORE, "forEachSession", Skipped.class)),

  /**
   * After a kill of a node, its database has the index, the sessions and all else of entries whose
   * values it does not have, and they are not applied again. Shown by the comparison of replicas
   * after the kill of one; after the kill of all, by acknowledged writes that are lost.
   */
  APPLIED_INDEX_BEFORE_DATA(
      "the applied index is on disk before the data is",
      new Change(Names.STORE, "write", EarlyFlush.OfAllButTheData.class)),

  /**
   * After a kill of a node, up to a hundred entries are applied to a database that has them
   * already. Values and sessions come out the same; an API key is made a second time, with another
   * id. Shown by the comparison of replicas if API keys were made just before the kill.
   */
  APPLIED_INDEX_AFTER_DATA(
      "the data is on disk before the applied index is",
      new Change(Names.STATE + "store.StoreBatch", "commit", LateIndex.class),
      new Change(Names.STORE, "write", EarlyFlush.OfAll.class)),

  /**
   * Shown without any fault by reads that begin when a put has been acknowledged, as it may not
   * have been applied yet: not linearizable. Shown by acknowledged writes that are lost when the
   * leader is cut off or killed.
   */
  ACK_BEFORE_COMMIT(
      "a leader acknowledges a write that it has only proposed",
      new Change(Names.RAFT + "RatisLog", "append", EarlyAnswers.class)),

  /**
   * Shown by a power cut of all nodes, not by a kill: acknowledged writes are lost, or no node
   * starts again. The testkit does it when it puts faults into the process.
   */
  FSYNC_SKIPPED("nothing is written through to the disk") {
    @Override
    public List<String> jvmArguments(Path directory) {
      return List.of("-Drelaykv.testkit.skip-fsync=true");
    }

    @Override
    public List<String> announcements() {
      return List.of("fsyncs of the Raft log are skipped");
    }
  },

  /**
   * Shown by a value that is read though its put is said to have certainly failed. It takes writes
   * that are applied but not answered in time: by slow disks of a majority, or by a leader that is
   * paused for longer than clients wait.
   */
  TIMEOUT_REPORTED_AS_FAILURE(
      "a client says of a write without an answer that it was not applied") {
    @Override
    public KvException reported(KvException failure) {
      return failure instanceof OutcomeUnknownException
          ? new UnavailableException(failure.reason(), failure.attempts())
          : failure;
    }
  },

  /**
   * Shown by the comparison of replicas after a node that had keys which were deleted while it was
   * away has got a snapshot; and by reads of these keys once it leads: not linearizable. A node
   * that is killed must have made a snapshot of its own with the keys, or it has none of them on
   * disk.
   */
  INSTALL_KEEPS_OLD_DATABASE(
      "a snapshot from the leader is loaded into the old database",
      new Change(Names.STATE + "Directories", "cloneCheckpoint", KeptRows.class)),

  /**
   * Shown by two accounts that write the same keys: one reads, or lists, what it has never written.
   */
  ACCOUNT_PREFIX_DROPPED(
      "keys are stored without their account",
      new Change(Names.STATE + "store.KeyLayout", "write", OneAccount.class)),

  /**
   * Shown by a snapshot that is damaged on a node's disk: the node starts with it, or sends it to
   * another, where it must refuse.
   */
  SNAPSHOT_DIGEST_NOT_CHECKED(
      "damaged snapshots are loaded and sent",
      new Change(Names.STATE + "SnapshotManifest", "checkContent", Skipped.class)),

  /** Shown by an account that puts more than it may hold, and is not refused. */
  QUOTA_NOT_COUNTED(
      "accounts may hold more than their limit",
      new Change(Names.STATE + "accounts.WriteGate", "count", NothingCounts.class));

  /** Of our classes: they must not be loaded before they are changed. */
  private static final class Names {
    static final String RAFT = "io.relaykv.server.raft.";
    static final String LEASE = RAFT + "LeaderLease";
    static final String STATE = "io.relaykv.statemachine.";
    static final String STORE = STATE + "store.KvStore";
  }

  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // a list that does not change
  private final List<Change> changes;

  Bug(String description, Change... changes) {
    this.description = description;
    this.changes = List.of(changes);
  }

  /** For people: what is wrong. */
  public String description() {
    return description;
  }

  /**
   * What the JVM of a node is to be started with, to have the bug in it. None if the bug is in
   * clients.
   *
   * @param directory for what it needs besides, until the node has ended
   */
  public List<String> jvmArguments(Path directory) {
    return changes.isEmpty()
        ? List.of()
        : List.of(ChangingAgent.jvmArgument(BugAgent.class, name(), directory));
  }

  /** What a client with this bug says in the place of {@code failure}. */
  public KvException reported(KvException failure) {
    return failure;
  }

  /**
   * What a node that has the bug has written to its output, a line for each changed class. None if
   * the bug is in clients.
   */
  public List<String> announcements() {
    return changes.stream().map(this::announcement).toList();
  }

  String announcement(Change made) {
    return "%s has the bug %s: %s".formatted(made.type(), name(), description);
  }

  /** What is changed in a node, each in another class. */
  List<Change> changes() {
    return changes;
  }
}
