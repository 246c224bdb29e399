package io.relaykv.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferProgressTest {
  private final List<String> told = new ArrayList<>();
  private long nanos = 5;

  @Test
  void tellsALineASecond() {
    TransferProgress progress = new TransferProgress("exporting", 0, told::add, () -> nanos);
    for (int i = 0; i < 25_000; i++) {
      nanos += 100_000;
      progress.done(0);
    }
    assertThat(told)
        .containsExactly(
            "exporting: 10,000 entries, 10,000/s", "exporting: 20,000 entries, 10,000/s");
  }

  @Test
  void tellsHowLongItWillTakeIfItIsKnownHowMuchThereIs() {
    TransferProgress progress = new TransferProgress("importing", 8_000, told::add, () -> nanos);
    progress.done(1_000);
    nanos += 2_000_000_000;
    progress.done(2_000);
    assertThat(told).containsExactly("importing: 2 entries, 1/s, 25 %, 6 s left");
  }
}
