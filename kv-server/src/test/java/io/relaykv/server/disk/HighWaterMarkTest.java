package io.relaykv.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HighWaterMarkTest {
  private Path file;

  @BeforeEach
  void chooseFile(@TempDir Path directory) {
    file = directory.resolve("high-water-mark");
  }

  @Test
  void beginsBeforeTheFirstEntry() throws IOException {
    assertThat(HighWaterMark.create(file).index()).isEqualTo(-1);
    assertThat(HighWaterMark.open(file).index()).isEqualTo(-1);
  }

  @Test
  void whatItWasRaisedToIsInTheFileAtOnce() throws IOException {
    HighWaterMark mark = HighWaterMark.create(file);
    for (long index : new long[] {0, 1, 255, 256, 1L << 32, (1L << 47) - 1}) {
      mark.raise(index);
      assertThat(HighWaterMark.open(file).index()).isEqualTo(index);
    }
  }

  @Test
  void neverGoesDown() throws IOException {
    HighWaterMark mark = HighWaterMark.create(file);
    mark.raise(7);
    mark.raise(3);
    assertThat(mark.index()).isEqualTo(7);
    assertThat(HighWaterMark.open(file).index()).isEqualTo(7);
  }

  @Test
  void anyFlippedBitIsFound() throws IOException {
    HighWaterMark.create(file).raise(123_456);
    byte[] content = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * content.length; bit++) {
      byte[] damaged = content.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertDamaged(damaged);
    }
  }

  @Test
  void anEmptyShortLongOrZeroedFileIsFound() throws IOException {
    assertDamaged(new byte[0]);
    assertDamaged(new byte[15]);
    assertDamaged(new byte[16]);
    assertDamaged(new byte[17]);
  }

  private void assertDamaged(byte[] content) throws IOException {
    Files.write(file, content);
    assertThatExceptionOfType(DamagedDataException.class)
        .isThrownBy(() -> HighWaterMark.open(file))
        .withMessage("%s is damaged; restore this node's data or replace the node", file);
  }
}
