package io.relaykv.shell.command.bench;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Which keys benches may write and remove. */
final class BenchKeys {
  /** All of them begin so. */
  static final String PREFIX = "kv-bench/";

  private static final int RANDOM_BYTES = 4;

  private BenchKeys() {}

  /** For the keys of one run. */
  static String newPrefix() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return PREFIX + HexFormat.of().formatHex(random) + "/";
  }
}
