package io.relaykv.shell.command;

import java.util.regex.Pattern;

/** Finds keys with their secret where none may be: on a command line, or in what is kept of it. */
public final class WholeKeys {
  private static final Pattern WHOLE_KEY = Pattern.compile("rk_(admin|[0-9]+)_[0-9a-fA-F]{64}");

  private WholeKeys() {}

  public static boolean isOneIn(String text) {
    return WHOLE_KEY.matcher(text).find();
  }
}
