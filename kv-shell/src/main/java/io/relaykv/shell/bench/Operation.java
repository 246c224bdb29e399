package io.relaykv.shell.bench;

import java.util.Locale;

/** What a client can be made to do. */
public enum Operation {
  PUT,
  GET;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
