package io.relaykv.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  /** Each as if it were in a JVM of its own. */
  private static final int FINDERS = 15;

  /** More than one range has. */
  private static final int BLOCKS = 200;

  @Test
  void nobodyFindsWhatSomebodyHasFound() {
    List<FreePorts> finders = Stream.generate(FreePorts::new).limit(FINDERS).toList();
    Set<Integer> found = new HashSet<>();
    for (FreePorts finder : finders) {
      assertThat(found.add(finder.find(3))).isTrue();
    }
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(found.add(finders.get(0).find(3))).isTrue();
    }
  }

  @Test
  void aPortThatIsTakenIsLeftOut() throws IOException {
    FreePorts ports = new FreePorts();
    int first = ports.find(3);
    try (ServerSocket taken = new ServerSocket(first + 4, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ports.find(3)).isGreaterThan(taken.getLocalPort());
    }
  }
}
