package io.relaykv.shell.command.account;

import io.relaykv.shell.failure.ShellException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When an API key is to end, as people say it. */
final class Expiry {
  private static final Pattern FROM_NOW = Pattern.compile("([1-9][0-9]{0,8})([dhms])");
  private static final String HINT = "kv-shell help apikey create";

  private Expiry() {}

  /**
   * Reads a time from now, such as {@code 30d}, {@code 12h}, {@code 90m}, or an instant.
   *
   * @throws ShellException if it is neither, or not after {@code now}
   */
  static Instant parse(String text, Instant now) {
    Matcher matcher = FROM_NOW.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      return now.plus(
          switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
          });
    }
    Instant instant = instant(text);
    if (!instant.isAfter(now)) {
      throw new ShellException("--expires: " + text + " is over already", HINT);
    }
    return instant;
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new ShellException(
          "--expires: '%s' is no time such as 30d, 12h, 90m or 2030-01-31T00:00:00Z"
              .formatted(text),
          HINT);
    }
  }
}
