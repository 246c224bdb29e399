package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.protocol.ApiKeyText;
import io.relaykv.statemachine.AppliedState;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.accounts.Account;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCheckTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private AppliedState state;
  private KeyCheck check;
  private long valid;
  private long disabled;
  private long expired;

  @BeforeEach
  void makeKeys(@TempDir Path directory) throws IOException {
    state = new AppliedState(directory.resolve("db"));
    check = new KeyCheck(state::access, Clock.fixed(NOW, ZoneOffset.UTC));
    state.createAccount("a");
    valid = state.createApiKey("a", Shown.hash(), true, false, NOW.toEpochMilli() + 1);
    disabled = state.createApiKey("a", Shown.hash(), true, true, 0);
    state.setEnabled(disabled, false);
    expired = state.createApiKey("a", Shown.hash(), true, true, NOW.toEpochMilli());
  }

  @AfterEach
  void close() {
    state.close();
  }

  @Test
  void aValidKeyGivesWhatItAllows() {
    assertThat(check.check(Shown.key(valid))).contains(new Grant(1, valid, true, false));
    assertThat(check.account(1)).map(Account::name).contains("a");
    assertThat(check.account(2)).isEmpty();
  }

  @Test
  void anyOtherGivesNothing() {
    assertThat(check.check(Shown.key(99))).as("unknown").isEmpty();
    assertThat(check.check(Shown.key(disabled))).as("disabled").isEmpty();
    assertThat(check.check(Shown.key(expired))).as("expired").isEmpty();
    assertThat(check.check(wrongSecret())).as("wrong secret").isEmpty();
    assertThat(check.check(withSecret(99, new byte[32]))).as("unknown").isEmpty();
  }

  @Test
  void aKeyThatIsEnabledAgainIsValid() {
    state.setEnabled(disabled, true);
    assertThat(check.check(Shown.key(disabled))).isPresent();
    state.setEnabled(disabled, false);
    assertThat(check.check(Shown.key(disabled))).isEmpty();
  }

  @Test
  void asksForTheTableAnewEachTime() {
    KeyCheck closed = new KeyCheck(AppliedState.noAccess(), Clock.systemUTC());
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> closed.check(Shown.key(valid)));
    assertThat(closed.account(1)).isEmpty();
  }

  @Test
  void everyNoTakesTheSameTime() {
    List<PresentedKey> keys =
        List.of(Shown.key(99), Shown.key(disabled), Shown.key(expired), wrongSecret());
    List<Long> medians = List.of();
    // A machine that is busy with something else for a moment does not tell the time.
    for (int attempt = 0; attempt < 5; attempt++) {
      medians = medians(keys);
      long slowest = medians.stream().mapToLong(Long::longValue).max().orElseThrow();
      long fastest = medians.stream().mapToLong(Long::longValue).min().orElseThrow();
      if (slowest < 3 * Math.max(1, fastest)) {
        return;
      }
    }
    assertThat(medians).as("ns: unknown, disabled, expired, wrong secret").isEmpty();
  }

  private List<Long> medians(List<PresentedKey> keys) {
    int rounds = 10_000;
    long[][] times = new long[keys.size()][rounds];
    for (int round = -rounds; round < rounds; round++) {
      for (int i = 0; i < keys.size(); i++) {
        long start = System.nanoTime();
        boolean refused = check.check(keys.get(i)).isEmpty();
        long taken = System.nanoTime() - start;
        assertThat(refused).isTrue();
        if (round >= 0) {
          times[i][round] = taken;
        }
      }
    }
    List<Long> medians = new ArrayList<>();
    for (long[] ofKey : times) {
      Arrays.sort(ofKey);
      medians.add(ofKey[rounds / 2]);
    }
    return medians;
  }

  private PresentedKey wrongSecret() {
    byte[] secret = new byte[32];
    secret[31] = 1;
    return withSecret(valid, secret);
  }

  private static PresentedKey withSecret(long id, byte[] secret) {
    return new PresentedKey(ApiKeyText.of(Long.toString(id), secret));
  }
}
