package io.relaykv.shell.command.cluster;

import io.relaykv.client.JoinProgress;
import io.relaykv.shell.output.Progress;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells how far a node is that is being added, whenever there is something new to say. Confined to
 * the network thread.
 */
final class JoinProgressLines implements Consumer<JoinProgress> {
  private final String name;
  private final Progress progress;
  private final LongSupplier nanoTime;
  private String last = "";
  private long mostToGo;
  private long since;

  /**
   * Tells nothing yet.
   *
   * @param name the node's
   * @param nanoTime any steady clock
   */
  JoinProgressLines(String name, Progress progress, LongSupplier nanoTime) {
    this.name = name;
    this.progress = progress;
    this.nanoTime = nanoTime;
  }

  @Override
  public void accept(JoinProgress now) {
    switch (now.phase()) {
      case CONTACTING -> tell(Progress.UNKNOWN, name + " has not answered yet");
      case CATCHING_UP -> catchingUp(now.entriesToGo());
    }
  }

  private void catchingUp(long toGo) {
    if (toGo > mostToGo) {
      mostToGo = toGo;
      since = nanoTime.getAsLong();
    }
    long done = mostToGo - toGo;
    double seconds = (nanoTime.getAsLong() - since) / 1e9;
    String line = "%s catches up, %d log entries to go".formatted(name, toGo);
    if (done > 0 && seconds > 0) {
      double rate = done / seconds;
      line += String.format(Locale.ROOT, ", %,.0f/s, %,.0f s left", rate, toGo / rate);
    }
    tell(mostToGo == 0 ? 1 : (double) done / mostToGo, line);
  }

  private void tell(double part, String line) {
    if (!line.equals(last)) {
      last = line;
      progress.tell(part, line);
    }
  }
}
