package io.relaykv.shell.failure;

import java.util.List;

/** The command line, or a file that it names, cannot be carried out as it stands. */
public final class ShellException extends RuntimeException {
  private final transient List<String> details;
  private final String hint;

  /**
   * Says what is wrong.
   *
   * @param hint what to do next, or empty
   */
  public ShellException(String message, String hint) {
    this(message, List.of(), hint);
  }

  public ShellException(String message, List<String> details, String hint) {
    super(message);
    this.details = List.copyOf(details);
    this.hint = hint;
  }

  List<String> details() {
    return details;
  }

  public String hint() {
    return hint;
  }
}
