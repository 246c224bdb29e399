package io.relaykv.shell.command.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.shell.output.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TransferProgressTest {
  private final StringWriter told = new StringWriter();
  private final Progress lines = new Progress(new PrintWriter(told), false);
  private long nanos = 5;

  @Test
  void tellsALineASecond() {
    TransferProgress progress = new TransferProgress("exporting", 0, lines, () -> nanos);
    for (int i = 0; i < 25_000; i++) {
      nanos += 100_000;
      progress.done(0);
    }
    assertThat(told.toString())
        .isEqualTo("exporting: 10,000 entries, 10,000/s\nexporting: 20,000 entries, 10,000/s\n");
  }

  @Test
  void tellsHowLongItWillTakeIfItIsKnownHowMuchThereIs() {
    TransferProgress progress = new TransferProgress("importing", 8_000, lines, () -> nanos);
    progress.done(1_000);
    nanos += 2_000_000_000;
    progress.done(2_000);
    assertThat(told.toString()).isEqualTo("importing: 2 entries, 1/s, 25 %, 6 s left\n");
  }

  @Test
  void drawsABarOverItselfOnATerminal() {
    Progress bar = new Progress(new PrintWriter(told), true);
    TransferProgress progress = new TransferProgress("importing", 8_000, bar, () -> nanos);
    for (long end = 2_000; end <= 8_000; end += 2_000) {
      nanos += 500_000_000;
      progress.done(end);
    }
    bar.clear();
    bar.clear();
    assertThat(told.toString())
        .isEqualTo(
            "\r[#####---------------] importing: 1 entries, 2/s, 25 %, 2 s left\u001b[K"
                + "\r[##########----------] importing: 2 entries, 2/s, 50 %, 1 s left\u001b[K"
                + "\r[###############-----] importing: 3 entries, 2/s, 75 %, 1 s left\u001b[K"
                + "\r[####################] importing: 4 entries, 2/s, 100 %, 0 s left\u001b[K"
                + "\r\u001b[K");
  }

  @Test
  void aBarFitsOnALine() {
    new Progress(new PrintWriter(told), true).tell(Progress.UNKNOWN, "x".repeat(100));
    assertThat(told.toString()).isEqualTo("\r" + "x".repeat(79) + "\u001b[K");
  }
}
