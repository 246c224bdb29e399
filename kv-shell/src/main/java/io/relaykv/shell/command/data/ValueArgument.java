package io.relaykv.shell.command.data;

import io.relaykv.client.KvValue;
import io.relaykv.shell.environment.ShellEnvironment;
import io.relaykv.shell.failure.ShellException;
import java.nio.file.Files;
import java.util.regex.Pattern;

/**
 * The value of {@code put} as JSON: the argument itself, {@code @FILE}, or {@code -} for standard
 * input.
 *
 * @param key that it is for
 * @param argument as given
 */
record ValueArgument(String key, String argument) {
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_\\-.=/]{1,512}");
  private static final Pattern SHORT_TEXT = Pattern.compile("[\\p{Graph} &&[^'\\\\]]{1,60}");

  /**
   * Reads the value.
   *
   * @throws ShellException if it cannot be read or is not JSON
   */
  KvValue read(ShellEnvironment environment) {
    if (argument.equals("-")) {
      return parse("standard input: ", StrictText.read("standard input", environment::in), "");
    }
    if (argument.startsWith("@")) {
      String file = argument.substring(1);
      String content =
          StrictText.read(
              file, () -> Files.newInputStream(environment.workingDirectory().resolve(file)));
      return parse(file + ": ", content, "");
    }
    return parse("", argument, hint());
  }

  private static KvValue parse(String source, String json, String hint) {
    try {
      return KvValue.parse(json);
    } catch (IllegalArgumentException e) {
      throw new ShellException(source + e.getMessage(), hint);
    }
  }

  /** The command that the user may have meant, with the own words where they need no quoting. */
  private String hint() {
    return "to store text, use: kv-shell put %s -s '%s'"
        .formatted(
            KEY.matcher(key).matches() ? key : "KEY",
            SHORT_TEXT.matcher(argument).matches() ? argument : "TEXT");
  }
}
