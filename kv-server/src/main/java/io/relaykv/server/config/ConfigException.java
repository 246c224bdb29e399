package io.relaykv.server.config;

import java.util.List;

/** The configuration cannot be used. The message has one line for each problem, all of them. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param problems one line each
   */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Every problem, one line each: what is wrong, where, and what is allowed. */
  public List<String> problems() {
    return problems;
  }
}
