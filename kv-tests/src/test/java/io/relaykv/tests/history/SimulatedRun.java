package io.relaykv.tests.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients of real registers, in simulated time: requests and answers take a while, some get lost,
 * and each operation takes effect at one moment. What the clients see is linearizable by
 * construction.
 */
final class SimulatedRun {
  /**
   * What the clients do, and how often it goes wrong.
   *
   * @param deletes which part of the operations; half are gets, the others are puts
   * @param unknown which part gets no answer; two of three such writes take effect, sooner or later
   * @param failed which part is refused
   */
  record Mix(
      int operations, int keys, int clients, double deletes, double unknown, double failed) {}

  /** Something that happens at a time; of one time, what was planned first. */
  private record Event(long time, int number, Runnable action) {}

  private final Mix mix;
  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparing(Event::number));
  private final Map<String, String> registers = new HashMap<>();
  private final List<Operation> history = new ArrayList<>();
  private int planned;
  private int begun;
  private int clients;
  private long now;

  private SimulatedRun(Mix mix, Random random) {
    this.mix = mix;
    this.random = random;
  }

  static List<Operation> of(Mix mix, Random random) {
    SimulatedRun run = new SimulatedRun(mix, random);
    for (int i = 0; i < mix.clients(); i++) {
      run.beginSoon(run.newClient());
    }
    while (!run.events.isEmpty()) {
      Event event = run.events.remove();
      run.now = event.time();
      event.action().run();
    }
    return run.history;
  }

  private int newClient() {
    return ++clients;
  }

  private void in(long nanos, Runnable action) {
    events.add(new Event(now + nanos, planned++, action));
  }

  /** Mostly short; one in a hundred is long. */
  private long delay() {
    long nanos = random.nextLong(1, 1_000_000);
    return random.nextInt(100) == 0 ? 20 * nanos : nanos;
  }

  private void beginSoon(int client) {
    in(delay(), () -> begin(client));
  }

  private void begin(int client) {
    if (begun == mix.operations()) {
      return;
    }
    int number = ++begun;
    double what = random.nextDouble();
    OpKind op = what < 0.5 ? OpKind.GET : what < 0.5 + mix.deletes() ? OpKind.DELETE : OpKind.PUT;
    String key = "k" + random.nextInt(mix.keys());
    String value = op == OpKind.PUT ? client + "-" + number : null;
    long call = now;
    double luck = random.nextDouble();
    if (luck < mix.unknown()) {
      giveUp(client, op, key, value, call);
    } else if (luck < mix.unknown() + mix.failed()) {
      in(delay(), () -> end(client, op, key, value, call, Outcome.FAIL));
    } else {
      in(delay(), () -> takeEffect(client, op, key, value, call));
    }
  }

  private void takeEffect(int client, OpKind op, String key, @Nullable String value, long call) {
    String answer = op.isWrite() ? value : registers.get(key);
    apply(op, key, value);
    in(delay(), () -> end(client, op, key, answer, call, Outcome.OK));
  }

  private void giveUp(int client, OpKind op, String key, @Nullable String value, long call) {
    if (random.nextInt(3) < 2) {
      in(delay() * (1 + random.nextInt(10)), () -> apply(op, key, value));
    }
    in(delay(), () -> end(client, op, key, value, call, Outcome.UNKNOWN));
  }

  private void apply(OpKind op, String key, @Nullable String value) {
    if (op.isWrite()) {
      registers.put(key, value);
    }
  }

  private void end(
      int client, OpKind op, String key, @Nullable String value, long call, Outcome outcome) {
    history.add(new Operation(client, null, op, key, value, call, now, outcome, null, null, null));
    beginSoon(op.isWrite() && outcome == Outcome.UNKNOWN ? newClient() : client);
  }
}
