package io.relaykv.shell.output;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * Says how far a command is, on standard error: by a bar that is drawn over itself if a person
 * looks at it, by a line each time otherwise. Thread-safe.
 */
public final class Progress {
  /** A part that nobody knows. */
  public static final double UNKNOWN = -1;

  private static final int BAR_COLUMNS = 20;

  /** What every terminal has; a line that is longer could not be drawn over. */
  private static final int COLUMNS = 79;

  private static final String TO_THE_LEFT = "\r";
  private static final String REST_AWAY = "\u001b[K";

  private final PrintWriter err;
  private final boolean drawn;

  /** Guarded by this. */
  private boolean shown;

  /**
   * Says nothing yet.
   *
   * @param drawn whether {@code err} is a terminal that can move its cursor
   */
  public Progress(PrintWriter err, boolean drawn) {
    this.err = err;
    this.drawn = drawn;
  }

  /** Whether there is a bar, and little room beside it. */
  public boolean isDrawn() {
    return drawn;
  }

  /** How often it is worth being told. */
  public Duration every() {
    return drawn ? Duration.ofMillis(200) : Duration.ofSeconds(1);
  }

  /**
   * Says it.
   *
   * @param part that is done, 0 to 1, or {@link #UNKNOWN}
   * @param words for people
   */
  public synchronized void tell(double part, String words) {
    String line = SafeText.line(words);
    if (drawn) {
      String all = part < 0 ? line : bar(part) + " " + line;
      err.print(TO_THE_LEFT + all.substring(0, Math.min(COLUMNS, all.length())) + REST_AWAY);
      shown = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** To be called at the end, and before something else is said. */
  public synchronized void clear() {
    if (shown) {
      err.print(TO_THE_LEFT + REST_AWAY);
      err.flush();
      shown = false;
    }
  }

  private static String bar(double part) {
    int done = (int) (Math.min(1, part) * BAR_COLUMNS);
    return "[" + "#".repeat(done) + "-".repeat(BAR_COLUMNS - done) + "]";
  }
}
