package io.relaykv.statemachine;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.Delete;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.Writes;
import io.relaykv.statemachine.sessions.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes what leaders put into the log. */
final class Commands {
  private static final long TEN_YEARS_MS = 315_360_000_000L;

  private Commands() {}

  static Command command(long stampMs, SessionWrites... sessions) {
    return Command.newBuilder()
        .setLeaderTimeMs(stampMs)
        .setWrites(Writes.newBuilder().addAllSessions(List.of(sessions)))
        .build();
  }

  static SessionWrites session(int id, long account, long lowestUnanswered, Write... writes) {
    return SessionWrites.newBuilder()
        .setSessionId(ByteString.copyFrom(new SessionId(0, id).toBytes()))
        .setAccountId(account)
        .setLowestUnanswered(lowestUnanswered)
        .addAllWrites(List.of(writes))
        .build();
  }

  static Write put(long sequence, String key, String value) {
    return Write.newBuilder()
        .setSequence(sequence)
        .setKey(key)
        .setPut(ByteString.copyFromUtf8(value))
        .build();
  }

  static Write delete(long sequence, String key) {
    return Write.newBuilder()
        .setSequence(sequence)
        .setKey(key)
        .setDelete(Delete.getDefaultInstance())
        .build();
  }

  /** A command of few accounts, keys and sessions, with retries and clocks that jump. */
  static Command random(Random random) {
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
                : put(sequence, key, "\"" + random.nextInt() + "\""));
      }
      sessions.add(
          session(
              random.nextInt(30),
              random.nextInt(3) - 1,
              random.nextInt(250),
              writes.toArray(new Write[0])));
    }
    return command(stampMs, sessions.toArray(new SessionWrites[0]));
  }
}
