package io.relaykv.tests.history;

import java.util.Locale;

/** What a client asked for. */
public enum OpKind {
  PUT,
  GET,
  DELETE;

  /** Whether it can change what is stored. */
  public boolean isWrite() {
    return this != GET;
  }

  /** As it is spelled in a file. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
