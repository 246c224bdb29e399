package io.relaykv.protocol;

/** How large a value may be. */
public final class ValueRules {
  private ValueRules() {}

  /**
   * Checks the size of a value in canonical form, which is never larger than what it was made from.
   *
   * @throws IllegalArgumentException if it is above {@link Limits#MAX_VALUE_BYTES}
   */
  public static void checkSize(int sizeBytes) {
    if (sizeBytes > Limits.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value has %d bytes; the limit is %d".formatted(sizeBytes, Limits.MAX_VALUE_BYTES));
    }
  }
}
