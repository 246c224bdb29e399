package io.relaykv.shell.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers with units, for people. */
public final class Quantities {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Quantities() {}

  /** {@code 51.2 GiB}. */
  public static String bytes(long bytes) {
    double number = bytes;
    int unit = 0;
    while (number >= 1024 && unit < UNITS.length - 1) {
      number /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", number, UNITS[unit]);
  }

  /** {@code 0.271 ms}, {@code 12.3 ms}, {@code 4,321 ms}. */
  public static String millis(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    int digits = millis < 1 ? 3 : millis < 10 ? 2 : millis < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + digits + "f ms", millis);
  }

  /** The two largest units: {@code 3d 4h}, {@code 5m 12s}, {@code 8s}. */
  public static String duration(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + "d " + duration.toHoursPart() + "h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + "h " + duration.toMinutesPart() + "m";
    }
    if (duration.toMinutes() > 0) {
      return duration.toMinutes() + "m " + duration.toSecondsPart() + "s";
    }
    return duration.toSeconds() + "s";
  }
}
