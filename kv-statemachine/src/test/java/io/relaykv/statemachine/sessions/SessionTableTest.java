package io.relaykv.statemachine.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.statemachine.sessions.Session.Decision;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.LogTime;
import io.relaykv.statemachine.store.StoreBatch;
import io.relaykv.statemachine.store.StoreContents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTableTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000;

  /** Sessions from this number on belong to another account; their names begin anew. */
  private static final int QUIET = 1_000_000;

  private static final long TEN_YEARS = 10 * 365 * 24 * HOUR;

  private KvStore store;
  private Replica replica;

  @BeforeEach
  void open(@TempDir Path directory) {
    store = KvStore.open(directory.resolve("db"));
    replica = new Replica(store, SessionTable.MAX_SESSIONS);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aRetryIsKnownAlsoAfterAReload() {
    assertThat(replica.write(T0, 1, 1)).isEqualTo(Decision.APPLY);
    assertThat(replica.write(T0, 1, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, 2, 1)).as("another session").isEqualTo(Decision.APPLY);
    replica.reload();
    assertThat(replica.write(T0, 1, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, 1, 2)).isEqualTo(Decision.APPLY);
  }

  @Test
  void aSessionIsForgottenAfterMoreThanAnHourOfLogTimeWithoutAWrite() {
    replica.write(T0, 1, 1);
    long now = replica.pass(T0, HOUR);
    assertThat(replica.table.size()).as("an hour is not more than an hour").isEqualTo(2);
    assertThat(rows()).isEqualTo(2);
    replica.write(now + 1, 2, 1);
    assertThat(replica.table.size()).isEqualTo(1);
    assertThat(rows()).isEqualTo(1);
    assertThat(replica.write(now + 1, 1, 1)).isEqualTo(Decision.APPLY);
  }

  @Test
  void aWriteKeepsASessionForAnotherHour() {
    replica.write(T0, 1, 1);
    long now = replica.pass(T0, HOUR / 2);
    replica.write(now, 1, 2);
    now = replica.pass(now, HOUR);
    assertThat(replica.write(now, 1, 1)).isEqualTo(Decision.ALREADY_APPLIED);
  }

  @Test
  void aClockThatJumpsAheadForgetsNobody() {
    replica.write(T0, 1, 1);
    replica.write(T0 + TEN_YEARS, 2, 1);
    replica.write(T0 + TEN_YEARS + 1, 2, 2);
    assertThat(replica.write(T0 + TEN_YEARS + 2, 1, 1)).isEqualTo(Decision.ALREADY_APPLIED);
  }

  @Test
  void leadersWithDifferentClocksForgetNobodyAndTimeGoesOn() {
    replica.write(T0, 1, 1);
    replica.write(T0 + TEN_YEARS, 2, 1);
    replica.write(T0 + 1_000, 2, 1);
    assertThat(replica.write(T0 + 1_001, 1, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    long now = replica.pass(T0 + 1_001, HOUR);
    replica.write(now + 1, 2, 1);
    assertThat(replica.write(now + 1, 1, 1)).as("forgotten").isEqualTo(Decision.APPLY);
  }

  @Test
  void theSessionIdleForLongestGoesWhenThereAreTooMany() {
    replica = new Replica(store, 3);
    replica.write(T0, 1, 1);
    replica.write(T0, 2, 1);
    replica.write(T0, 3, 1);
    replica.write(T0, 1, 2);
    replica.write(T0, 4, 1);
    // An entry makes room before it adds.
    assertThat(replica.table.size()).isEqualTo(4);
    assertThat(replica.write(T0, 1, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.table.size()).isEqualTo(3);
    assertThat(replica.write(T0, 3, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, 2, 1)).as("the one that went").isEqualTo(Decision.APPLY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAccountWithTooManySessionsForgetsItsOwn(boolean reloaded) {
    replica = new Replica(store, 5);
    replica.write(T0, QUIET + 1, 1);
    replica.write(T0, QUIET + 2, 1);
    for (int session = 1; session <= 50; session++) {
      replica.write(T0, session, 1);
      if (reloaded) {
        replica.reload();
      }
    }
    assertThat(replica.table.size())
        .as("one more, for which the next entry makes room")
        .isEqualTo(6);
    assertThat(replica.write(T0, QUIET + 1, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, QUIET + 2, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, 50, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, 1, 1)).as("its own oldest").isEqualTo(Decision.APPLY);
  }

  @Test
  void anotherAccountsSessionOfTheSameNameIsAnotherOne() {
    replica.write(T0, 7, 1);
    assertThat(replica.write(T0, QUIET + 7, 1)).isEqualTo(Decision.APPLY);
    assertThat(replica.write(T0, 7, 1)).isEqualTo(Decision.ALREADY_APPLIED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sessionsOfOneEntryGoInTheirOrderInIt(boolean reloaded) {
    replica = new Replica(store, 3);
    replica.entry(T0, List.of(new Attempt(5, 0, 1), new Attempt(4, 0, 1), new Attempt(3, 0, 1)));
    if (reloaded) {
      replica.reload();
    }
    replica.write(T0, 6, 1);
    assertThat(replica.write(T0, 4, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, 3, 1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(replica.write(T0, 5, 1)).as("the first of the entry").isEqualTo(Decision.APPLY);
  }

  @Test
  void aReloadedTableDecidesAndForgetsAsOneThatWasNeverAway(@TempDir Path other) {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    replica = new Replica(store, 20);
    try (KvStore otherStore = KvStore.open(other.resolve("db"))) {
      Replica restarted = new Replica(otherStore, 20);
      long clock = T0;
      for (int i = 0; i < 5_000; i++) {
        String what = "relaykv.test.seed=%d, entry %d".formatted(seed, i);
        clock += random.nextInt(1000) == 0 ? random.nextLong() % TEN_YEARS : random.nextInt(60_000);
        List<Attempt> attempts = new ArrayList<>();
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
          // Few of them often, many of them rarely, so that both limits forget some.
          int session = random.nextInt(5) == 0 ? random.nextInt(200) : random.nextInt(10);
          session += random.nextInt(3) * QUIET;
          attempts.add(new Attempt(session, random.nextInt(30), random.nextInt(60)));
        }
        if (random.nextInt(10) == 0) {
          restarted.reload();
        }
        assertThat(restarted.entry(clock, attempts))
            .as(what)
            .isEqualTo(replica.entry(clock, attempts));
        assertThat(restarted.table.size()).as(what).isEqualTo(replica.table.size());
        if (i % 50 == 0) {
          assertThat(StoreContents.of(otherStore)).as(what).isEqualTo(StoreContents.of(store));
        }
      }
    }
  }

  private int rows() {
    List<byte[]> ids = new ArrayList<>();
    store.forEachSession((id, row) -> ids.add(id));
    return ids.size();
  }

  /** A write as a session sends it. */
  private record Attempt(int session, long lowestUnanswered, long sequence) {}

  /** A table over its store, and the log's next index. */
  private static final class Replica {
    private final KvStore store;
    private final int maxSessions;
    private SessionTable table;
    private long index;

    Replica(KvStore store, int maxSessions) {
      this.store = store;
      this.maxSessions = maxSessions;
      this.index = store.applied().index();
      this.table = SessionTable.load(store, maxSessions);
    }

    void reload() {
      table = SessionTable.load(store, maxSessions);
    }

    Decision write(long stampMs, int session, long sequence) {
      return entry(stampMs, List.of(new Attempt(session, 0, sequence))).get(0);
    }

    List<Decision> entry(long stampMs, List<Attempt> attempts) {
      index++;
      List<Decision> decisions = new ArrayList<>();
      StoreBatch batch = store.newBatch();
      table.beginEntry(stampMs, batch);
      for (Attempt attempt : attempts) {
        Session session =
            table.activate(
                new SessionId(attempt.session() / QUIET, 0, attempt.session() % QUIET),
                index,
                decisions.size());
        session.answeredBelow(attempt.lowestUnanswered());
        Decision decision = session.decide(attempt.sequence());
        decisions.add(decision);
        if (decision == Decision.APPLY) {
          session.applied(attempt.sequence());
        }
        table.save(session, batch);
      }
      batch.commit(new Applied(1, index));
      return decisions;
    }

    /** Lets log time pass, with entries of a busy session (2). */
    long pass(long fromMs, long durationMs) {
      long now = fromMs;
      while (now < fromMs + durationMs) {
        now = Math.min(now + LogTime.MAX_STEP_MS, fromMs + durationMs);
        write(now, 2, 1);
      }
      return now;
    }
  }
}
