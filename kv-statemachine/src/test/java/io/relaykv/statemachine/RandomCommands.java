package io.relaykv.statemachine;

import static io.relaykv.statemachine.Commands.command;
import static io.relaykv.statemachine.Commands.createAccount;
import static io.relaykv.statemachine.Commands.createApiKey;
import static io.relaykv.statemachine.Commands.delete;
import static io.relaykv.statemachine.Commands.deleteAccount;
import static io.relaykv.statemachine.Commands.deleteApiKey;
import static io.relaykv.statemachine.Commands.put;
import static io.relaykv.statemachine.Commands.retire;
import static io.relaykv.statemachine.Commands.session;
import static io.relaykv.statemachine.Commands.setEnabled;
import static io.relaykv.statemachine.Commands.startCheck;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A log of few accounts, keys and sessions, with retries, clocks that jump, limits that are reached
 * and API keys that come and go. Knows which ids the cluster will give, so that most writes are
 * allowed and some are not.
 */
final class RandomCommands {
  private static final long TEN_YEARS_MS = 315_360_000_000L;

  private Random random;
  private final Map<String, Long> accounts = new TreeMap<>();
  private final Map<Long, Long> accountsByApiKey = new TreeMap<>();
  private long lastAccount;
  private long lastApiKey;

  RandomCommands(Random random) {
    this.random = random;
  }

  /** The next one by other choices. */
  Command next(Random choices) {
    random = choices;
    return next();
  }

  Command next() {
    if (accounts.size() < 2) {
      return account();
    }
    if (accountsByApiKey.size() < 3) {
      return apiKey();
    }
    return switch (random.nextInt(100)) {
      case 0 -> account();
      case 1 -> random.nextInt(3) == 0 ? noMoreAccount() : account();
      case 2, 3 -> apiKey();
      case 4, 5, 6 -> setEnabled(random.nextLong(lastApiKey + 2), random.nextInt(3) != 0);
      case 7 -> noMoreApiKey();
      case 8 -> startCheck(1_700_000_000_000L + random.nextInt(7_200_000));
      case 9 -> retire("n" + random.nextInt(20));
      default -> writes();
    };
  }

  private String name() {
    return "account-" + random.nextInt(5);
  }

  private Command account() {
    String name = name();
    if (!accounts.containsKey(name)) {
      accounts.put(name, ++lastAccount);
    }
    return createAccount(name, random.nextInt(3) == 0 ? 0 : 200 + random.nextInt(600));
  }

  private Command noMoreAccount() {
    String name = name();
    Long gone = accounts.remove(name);
    accountsByApiKey.values().removeIf(account -> account.equals(gone));
    return deleteAccount(name);
  }

  private Command apiKey() {
    String name = name();
    if (accounts.containsKey(name)) {
      accountsByApiKey.put(++lastApiKey, accounts.get(name));
    }
    return createApiKey(name, true, random.nextInt(5) != 0);
  }

  private Command noMoreApiKey() {
    long id = random.nextLong(lastApiKey + 2);
    accountsByApiKey.remove(id);
    return deleteApiKey(id);
  }

  private Command writes() {
    long stampMs =
        random.nextInt(200) == 0
            ? random.nextLong() % TEN_YEARS_MS
            : 1_700_000_000_000L + random.nextInt(7_200_000);
    List<SessionWrites> sessions = new ArrayList<>();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      List<Write> writes = new ArrayList<>();
      for (int m = random.nextInt(5); m > 0; m--) {
        long sequence = 1L + random.nextInt(300);
        String key = "key/" + random.nextInt(50);
        writes.add(
            random.nextInt(3) == 0
                ? delete(sequence, key)
                : put(sequence, key, "\"" + "v".repeat(random.nextInt(40)) + "\""));
      }
      List<Long> apiKeys = List.copyOf(accountsByApiKey.keySet());
      boolean known = !apiKeys.isEmpty() && random.nextInt(20) != 0;
      long apiKey =
          known ? apiKeys.get(random.nextInt(apiKeys.size())) : random.nextLong(lastApiKey + 2);
      long account =
          known && random.nextInt(20) != 0
              ? accountsByApiKey.get(apiKey)
              : random.nextLong(lastAccount + 2);
      sessions.add(
          session(
              random.nextInt(30),
              account,
              apiKey,
              random.nextInt(250),
              writes.toArray(new Write[0])));
    }
    return command(stampMs, sessions.toArray(new SessionWrites[0]));
  }
}
