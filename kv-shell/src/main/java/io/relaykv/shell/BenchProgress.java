package io.relaykv.shell;

import io.relaykv.shell.bench.Bench;
import io.relaykv.shell.bench.Measurement;
import java.time.Duration;
import java.util.Locale;

/** Tells how far a bench is, a line a second. */
final class BenchProgress implements Bench.Listener {
  private final CommandContext context;

  BenchProgress(CommandContext context) {
    this.context = context;
  }

  @Override
  public void filling(int done, int of) {
    context.note("filling: %,d of %,d keys".formatted(done, of));
  }

  @Override
  public void tick(boolean counts, Duration sinceBegin, Duration of, Measurement lastSecond) {
    context.note(
        String.format(
            Locale.ROOT,
            "%s %3.0f s of %s  %,10.0f ops/s  p50 %s  p99 %s  %,d failed",
            counts ? "measuring" : "warming up",
            sinceBegin.toNanos() / 1e9,
            seconds(of),
            lastSecond.perSecond(lastSecond.all()),
            Quantities.millis(lastSecond.all().p50()),
            Quantities.millis(lastSecond.all().p99()),
            lastSecond.failed()));
  }

  private static String seconds(Duration duration) {
    return duration.toMillisPart() == 0
        ? Quantities.duration(duration)
        : String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1e3);
  }

  @Override
  public void removing(long removed) {
    context.note("removing: %,d keys so far".formatted(removed));
  }
}
