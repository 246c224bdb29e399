package io.relaykv.shell.environment;

/**
 * Which of the standard streams are a terminal.
 *
 * @param in whether a person types standard input
 * @param out whether a person reads standard output
 * @param err whether a person reads standard error
 */
public record Terminals(boolean in, boolean out, boolean err) {
  /**
   * What bin/kv-shell has found out: System.console() cannot tell one stream from the other.
   *
   * @param descriptors the digits of those that are, {@code 02} for instance
   */
  static Terminals of(String descriptors) {
    return new Terminals(
        descriptors.contains("0"), descriptors.contains("1"), descriptors.contains("2"));
  }
}
