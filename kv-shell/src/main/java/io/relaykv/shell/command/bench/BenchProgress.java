package io.relaykv.shell.command.bench;

import io.relaykv.shell.bench.Bench;
import io.relaykv.shell.bench.Measurement;
import io.relaykv.shell.output.Progress;
import io.relaykv.shell.output.Quantities;
import java.time.Duration;
import java.util.Locale;

/** Tells how far a bench is, about once a second. */
final class BenchProgress implements Bench.Listener {
  private final Progress progress;

  BenchProgress(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void filling(int done, int of) {
    progress.tell((double) done / of, "filling: %,d of %,d keys".formatted(done, of));
  }

  @Override
  public void tick(boolean counts, Duration sinceBegin, Duration of, Measurement lastSecond) {
    double part = (double) sinceBegin.toNanos() / of.toNanos();
    String what = counts ? "measuring" : "warming up";
    progress.tell(
        part,
        progress.isDrawn()
            ? brief(what, of.minus(sinceBegin), lastSecond)
            : whole(what, sinceBegin, of, lastSecond));
  }

  private static String whole(
      String what, Duration sinceBegin, Duration of, Measurement lastSecond) {
    return String.format(
        Locale.ROOT,
        "%s %3.0f s of %s  %,10.0f ops/s  p50 %s  p99 %s  %,d failed",
        what,
        sinceBegin.toNanos() / 1e9,
        seconds(of),
        lastSecond.perSecond(lastSecond.all()),
        Quantities.millis(lastSecond.all().p50()),
        Quantities.millis(lastSecond.all().p99()),
        lastSecond.failed());
  }

  private static String brief(String what, Duration left, Measurement lastSecond) {
    return String.format(
        Locale.ROOT,
        "%s: %,.0f/s, p99 %s, %.0f s left",
        what,
        lastSecond.perSecond(lastSecond.all()),
        Quantities.millis(lastSecond.all().p99()),
        Math.max(0, left.toNanos() / 1e9));
  }

  private static String seconds(Duration duration) {
    return duration.toMillisPart() == 0
        ? Quantities.duration(duration)
        : String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1e3);
  }

  @Override
  public void removing(long removed) {
    progress.tell(Progress.UNKNOWN, "removing: %,d keys so far".formatted(removed));
  }
}
