package io.relaykv.testkit;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * What this machine cannot do, and is therefore not tested. Nothing may be, but what the system
 * property {@value #ALLOWED} lists, with commas between: so that a fault that was tested once is
 * not left out by and by without anybody noticing. Needs JUnit 5.
 */
public final class Skipped {
  /** Names what may be skipped. */
  public static final String ALLOWED = "relaykv.tests.allow-skipped";

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Skipped() {}

  /**
   * Ends the test, as {@code fault} cannot be had here: it counts as skipped if that is allowed,
   * and otherwise as failed.
   *
   * @param fault one word
   * @param why for whoever is to decide whether that is right
   */
  public static void skip(String fault, String why) {
    String line = "SKIPPED: %s: %s".formatted(fault, why);
    if (SAID.add(fault)) {
      System.out.println(line);
    }
    boolean allowed =
        Arrays.stream(System.getProperty(ALLOWED, "").split(","))
            .map(String::strip)
            .anyMatch(fault::equals);
    if (!allowed) {
      throw new AssertionError(
          "%s. If this machine need not test it: -D%s=%s".formatted(line, ALLOWED, fault));
    }
    Assumptions.abort(line);
  }
}
