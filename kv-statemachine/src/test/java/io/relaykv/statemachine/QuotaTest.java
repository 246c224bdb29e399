package io.relaykv.statemachine;

import static io.relaykv.protocol.log.WriteStatus.APPLIED;
import static io.relaykv.protocol.log.WriteStatus.OVER_QUOTA;
import static io.relaykv.statemachine.Commands.createAccount;
import static io.relaykv.statemachine.Commands.createApiKey;
import static io.relaykv.statemachine.Commands.delete;
import static io.relaykv.statemachine.Commands.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.accounts.AccessTableRows;
import io.relaykv.statemachine.accounts.Account;
import io.relaykv.statemachine.store.StoreContents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An account with a limit is counted to the byte. */
class QuotaTest {
  private static final long LIMIT = 100;

  private Replica replica;
  private long sequence;

  @BeforeEach
  void open(@TempDir Path directory) {
    replica = new Replica(directory.resolve("db"));
    replica.apply(createAccount("limited", LIMIT));
    replica.apply(createApiKey("limited", true, true));
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void keyAndValueCount() {
    assertThat(put("four", 10)).containsExactly(APPLIED);
    assertThat(used()).isEqualTo(14);
    assertThat(put("k", 0)).containsExactly(APPLIED);
    assertThat(used()).isEqualTo(15);
  }

  @Test
  void theLimitItselfIsNotTooMuch() {
    assertThat(put("k", 100)).containsExactly(OVER_QUOTA);
    assertThat(used()).isZero();
    assertThat(replica.value(1, "k")).isEmpty();
    assertThat(put("k", 99)).containsExactly(APPLIED);
    assertThat(used()).isEqualTo(LIMIT);
    assertThat(put("l", 0)).as("one byte more").containsExactly(OVER_QUOTA);
  }

  @Test
  void anOverwriteCountsForItsDifference() {
    put("k", 50);
    put("k", 90);
    assertThat(used()).isEqualTo(91);
    put("k", 10);
    assertThat(used()).isEqualTo(11);
    put("k", 10);
    assertThat(used()).isEqualTo(11);
    assertThat(put("k", 100)).containsExactly(OVER_QUOTA);
    assertThat(used()).isEqualTo(11);
    assertThat(replica.value(1, "k")).contains("v".repeat(10));
  }

  @Test
  void deletingGivesBackWhatThereWasAndNothingElse() {
    put("k", 50);
    write(delete(++sequence, "missing"));
    assertThat(used()).isEqualTo(51);
    write(delete(++sequence, "k"));
    assertThat(used()).isZero();
    write(delete(++sequence, "k"));
    assertThat(used()).isZero();
  }

  @Test
  void writesOfOneEntrySeeEachOther() {
    assertThat(
            write(
                value("k", 60),
                value("k", 99),
                value("l", 0),
                value("k", 20),
                value("l", 78),
                value("l", 79),
                delete(++sequence, "k"),
                delete(++sequence, "k"),
                value("m", 20)))
        .containsExactly(
            APPLIED, APPLIED, OVER_QUOTA, APPLIED, APPLIED, OVER_QUOTA, APPLIED, APPLIED, APPLIED);
    assertThat(used()).isEqualTo(79 + 21);
    assertThatTheCountIsRight(replica, "one entry");
    assertThat(write(value("m", 20), value("l", 78))).containsExactly(APPLIED, APPLIED);
    assertThat(used()).as("of the store again").isEqualTo(100);
  }

  @Test
  void twoSessionsInOneEntrySeeEachOther() {
    assertThat(
            replica.write(
                session(1, 1, 1, value("k", 59)),
                session(2, 1, 1, value("l", 59)),
                session(3, 1, 1, value("k", 9)),
                session(2, 1, 1, value("l", 59))))
        .containsExactly(APPLIED, OVER_QUOTA, APPLIED, APPLIED);
    assertThatTheCountIsRight(replica, "one entry");
  }

  @Test
  void aRefusedWriteIsNotRememberedAndIsAppliedOnceThereIsRoom() {
    put("k", 99);
    Write refused = value("l", 10);
    assertThat(write(refused)).containsExactly(OVER_QUOTA);
    replica.restart();
    assertThat(write(refused)).containsExactly(OVER_QUOTA);
    assertThat(write(delete(++sequence, "k"), refused)).containsExactly(APPLIED, APPLIED);
    assertThat(write(refused)).as("known by now").containsExactly(APPLIED);
    assertThat(used()).isEqualTo(11);
  }

  @Test
  void aFullAccountMayShrinkAndOverwriteWithTheSameSize() {
    put("k", 99);
    assertThat(put("k", 99)).containsExactly(APPLIED);
    assertThat(put("k", 98)).containsExactly(APPLIED);
    assertThat(used()).isEqualTo(99);
  }

  @Test
  void anAccountWithoutALimitIsNotCounted() {
    replica.apply(createAccount("free", 0));
    replica.apply(createApiKey("free", true, true));
    assertThat(replica.write(session(1, 2, 2, 1, value("k", 10_000)))).containsExactly(APPLIED);
    assertThat(replica.access().account("free")).map(Account::usedBytes).contains(0L);
  }

  @Test
  void theLargestLimitDoesNotOverflow() {
    replica.apply(createAccount("huge", Long.MAX_VALUE));
    replica.apply(createApiKey("huge", true, true));
    assertThat(replica.write(session(1, 2, 2, 1, value("k", 10_000), value("l", 10_000))))
        .containsExactly(APPLIED, APPLIED);
    assertThat(replica.access().account("huge")).map(Account::usedBytes).contains(20_002L);
  }

  @Test
  void theCountSurvivesARestart() {
    put("k", 50);
    put("l", 20);
    replica.restart();
    assertThat(used()).isEqualTo(72);
    put("k", 10);
    assertThat(used()).isEqualTo(32);
    replica.restart();
    assertThat(used()).isEqualTo(32);
  }

  @Test
  void countsAndViewsAgreeWithTheDataAfterThousandsOfRandomCommands(@TempDir Path temp) {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    RandomCommands commands = new RandomCommands(random);
    int overQuota = 0;
    try (Replica random1 = new Replica(temp.resolve("db"))) {
      for (int i = 0; i < 8_000; i++) {
        Command command = commands.next();
        CommandResult result = random1.apply(command);
        overQuota +=
            (int) result.getWrites().getStatusesList().stream().filter(OVER_QUOTA::equals).count();
        if (i % 100 == 99) {
          String what = "relaykv.test.seed=%d, entry %d".formatted(seed, i);
          assertThatTheCountIsRight(random1, what);
          assertThat(AccessTableRows.of(AccessTable.load(random1.store())))
              .as(what)
              .isEqualTo(AccessTableRows.of(random1.access()));
          if (random.nextInt(5) == 0) {
            random1.restart();
            assertThatTheCountIsRight(random1, what + ", restarted");
          }
        }
      }
    }
    assertThat(overQuota).as("relaykv.test.seed=%d: refused", seed).isGreaterThan(10);
  }

  static void assertThatTheCountIsRight(Replica replica, String what) {
    Map<Long, Long> data = StoreContents.dataBytes(replica.store());
    for (Account account : replica.access().accounts()) {
      Long counted = data.remove(account.id());
      if (account.hasQuota()) {
        assertThat(account.usedBytes())
            .as("%s, %s", what, account)
            .isEqualTo(counted == null ? 0 : counted)
            .isLessThanOrEqualTo(account.maxBytes());
      }
    }
    assertThat(data).as("%s: data of accounts that are gone", what).isEmpty();
  }

  private long used() {
    return replica.access().account("limited").orElseThrow().usedBytes();
  }

  private Write value(String key, int bytes) {
    return Commands.put(++sequence, key, "v".repeat(bytes));
  }

  private List<WriteStatus> put(String key, int bytes) {
    return write(value(key, bytes));
  }

  private List<WriteStatus> write(Write... writes) {
    return replica.write(session(1, 1, 1, writes));
  }
}
