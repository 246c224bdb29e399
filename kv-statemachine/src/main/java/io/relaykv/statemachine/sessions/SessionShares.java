package io.relaykv.statemachine.sessions;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeSet;

/**
 * How the sessions are shared out among accounts, and in what order each account's were active. Not
 * thread-safe.
 */
final class SessionShares {
  private final Map<Long, Share> byAccount = new HashMap<>();

  /** The account with the most sessions first; of equals, the one with the lowest id. */
  private final TreeSet<Share> bySize =
      new TreeSet<>(
          Comparator.<Share>comparingInt(share -> -share.byActivity.size())
              .thenComparingLong(share -> share.accountId));

  private static final class Share {
    private final long accountId;

    /** The one idle for longest first. */
    private final LinkedHashSet<SessionId> byActivity = new LinkedHashSet<>();

    Share(long accountId) {
      this.accountId = accountId;
    }
  }

  /** The session has been active, perhaps for the first time. */
  void active(SessionId id) {
    Share share = byAccount.computeIfAbsent(id.accountId(), Share::new);
    if (share.byActivity.remove(id)) {
      share.byActivity.add(id);
      return;
    }
    bySize.remove(share);
    share.byActivity.add(id);
    bySize.add(share);
  }

  void remove(SessionId id) {
    Share share = byAccount.get(id.accountId());
    if (share == null) {
      return;
    }
    bySize.remove(share);
    share.byActivity.remove(id);
    if (share.byActivity.isEmpty()) {
      byAccount.remove(id.accountId());
    } else {
      bySize.add(share);
    }
  }

  /** Of the account with the most sessions, the one idle for longest; there must be some. */
  SessionId oldestOfLargest() {
    return bySize.first().byActivity.iterator().next();
  }
}
