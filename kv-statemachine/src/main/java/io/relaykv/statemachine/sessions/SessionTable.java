package io.relaykv.statemachine.sessions;

import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.LogTime;
import io.relaykv.statemachine.store.StoreBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All sessions: replicated state in the store, with a view in memory. A session is forgotten when
 * it has not written for {@link #RETENTION_MS}. When there are more than {@link #MAX_SESSIONS}, the
 * account with the most of them loses the one of its own that was idle for longest: an account that
 * makes sessions without end forgets itself, and not the others. A client gives up an operation
 * after 5 minutes at most, so a session that is not known has no write that might still be sent
 * again.
 *
 * <p>Confined to the thread that applies the log. Depends on the log alone: time is what passes by
 * the entries' stamps.
 */
public final class SessionTable {
  /** An hour, in {@linkplain LogTime log time}. */
  public static final long RETENTION_MS = 3_600_000;

  /** At most so many sessions are remembered. */
  public static final int MAX_SESSIONS = 100_000;

  /** Bounds the work that forgetting adds to one entry. */
  private static final int MAX_FORGOTTEN_PER_ENTRY = 1024;

  /** The one idle for longest first. */
  private final Map<SessionId, Session> byActivity = new LinkedHashMap<>();

  private final SessionShares shares = new SessionShares();
  private final int maxSessions;
  private LogTime time = LogTime.START;

  private SessionTable(int maxSessions) {
    this.maxSessions = maxSessions;
  }

  /** Reads the sessions of {@code store}. */
  public static SessionTable load(KvStore store) {
    return load(store, MAX_SESSIONS);
  }

  static SessionTable load(KvStore store, int maxSessions) {
    SessionTable table = new SessionTable(maxSessions);
    table.time = store.logTime();
    List<Session> sessions = new ArrayList<>();
    store.forEachSession((id, row) -> sessions.add(Session.fromRow(id, row)));
    sessions.sort(
        Comparator.comparingLong(Session::activeIndex).thenComparingInt(Session::activePosition));
    sessions.forEach(table::remember);
    return table;
  }

  /**
   * Begins an entry: moves log time on, and forgets what has become too old.
   *
   * @param stampMs the leader's wall clock when it proposed the entry
   */
  public void beginEntry(long stampMs, StoreBatch batch) {
    if (stampMs != time.stampMs()) {
      time = time.next(stampMs);
      batch.putLogTime(time);
    }
    for (int forgotten = 0; forgotten < MAX_FORGOTTEN_PER_ENTRY; forgotten++) {
      Optional<SessionId> next = nextToForget();
      if (next.isEmpty()) {
        return;
      }
      byActivity.remove(next.get());
      shares.remove(next.get());
      batch.deleteSession(next.get().toRowKey());
    }
  }

  private Optional<SessionId> nextToForget() {
    if (byActivity.isEmpty()) {
      return Optional.empty();
    }
    Session oldest = byActivity.values().iterator().next();
    if (oldest.activeMs() < time.ms() - RETENTION_MS) {
      return Optional.of(oldest.id());
    }
    return byActivity.size() > maxSessions
        ? Optional.of(shares.oldestOfLargest())
        : Optional.empty();
  }

  private void remember(Session session) {
    byActivity.put(session.id(), session);
    shares.active(session.id());
  }

  /**
   * The session {@code id}, made if it is not known, as the one active last.
   *
   * @param index of the log entry
   * @param position of the session in the entry; the two give sessions an order that a reload
   *     restores
   */
  public Session activate(SessionId id, long index, int position) {
    Session known = byActivity.remove(id);
    Session session = known == null ? Session.create(id) : known;
    session.touch(time.ms(), index, position);
    remember(session);
    return session;
  }

  /** Puts the session's row into {@code batch}. */
  public void save(Session session, StoreBatch batch) {
    batch.putSession(session.id().toRowKey(), session.toRow());
  }

  /** How many sessions are remembered. */
  public int size() {
    return byActivity.size();
  }
}
