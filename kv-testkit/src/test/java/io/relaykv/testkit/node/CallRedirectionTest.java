package io.relaykv.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallRedirectionTest {
  private static final Duration AHEAD = Duration.ofDays(365);

  /** Reads the clock by a call, and by a reference to a method. */
  static final class Called implements Supplier<Instant> {
    private final LongSupplier millis = System::currentTimeMillis;

    @Override
    public Instant get() {
      return Instant.ofEpochMilli(millis.getAsLong()).isBefore(Instant.now().minusSeconds(60))
          ? Instant.EPOCH
          : Instant.now();
    }
  }

  @AfterEach
  void setRight() {
    FaultyNode.CLOCK.set(Duration.ZERO);
  }

  @Test
  @SuppressWarnings("unchecked")
  void aChangedClassReadsTheOtherClock() throws Exception {
    CallRedirection redirection =
        new CallRedirection(Set.of("java/lang/System.currentTimeMillis", "java/time/Instant.now"));
    Class<?> changed =
        MethodHandles.lookup()
            .defineHiddenClass(redirection.applyTo(classFile()), true)
            .lookupClass();
    Supplier<Instant> called = (Supplier<Instant>) changed.getDeclaredConstructor().newInstance();
    FaultyNode.CLOCK.set(AHEAD);
    assertThat(called.get()).isAfter(Instant.now().plus(AHEAD).minusSeconds(60));
    FaultyNode.CLOCK.set(Duration.ZERO);
    assertThat(called.get()).isBeforeOrEqualTo(Instant.now());
  }

  private static byte[] classFile() throws IOException {
    try (InputStream in =
        CallRedirectionTest.class.getResourceAsStream("CallRedirectionTest$Called.class")) {
      return in.readAllBytes();
    }
  }
}
