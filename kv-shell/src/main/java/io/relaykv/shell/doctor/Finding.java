package io.relaykv.shell.doctor;

/**
 * What one check of one thing has come to.
 *
 * @param check what was looked at, {@code disk} for instance
 * @param about the node, file or machine
 * @param level how bad it is
 * @param found in words
 * @param next what to do about it; empty if nothing
 */
public record Finding(String check, String about, Level level, String found, String next) {
  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** Nothing fails for it yet. */
    WARNING,
    /** Something fails for it, or soon will. */
    PROBLEM
  }

  static Finding ok(String check, String about, String found) {
    return new Finding(check, about, Level.OK, found, "");
  }

  static Finding warning(String check, String about, String found, String next) {
    return new Finding(check, about, Level.WARNING, found, next);
  }

  static Finding problem(String check, String about, String found, String next) {
    return new Finding(check, about, Level.PROBLEM, found, next);
  }
}
