package io.relaykv.server.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A value of one word. */
record ScalarType<T>(
    String unit,
    String allowed,
    Function<ConfigValue, T> reader,
    Predicate<T> permitted,
    Function<T, String> renderer)
    implements ValueType<T> {
  private static final Set<ConfigValueType> SCALARS =
      EnumSet.of(ConfigValueType.STRING, ConfigValueType.NUMBER, ConfigValueType.BOOLEAN);
  private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_/.-]+");
  private static final String[] SIZE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  @Override
  public T read(ConfigValue written) {
    try {
      return reader.apply(written);
    } catch (ConfigException | IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException("must be " + allowed, e);
    }
  }

  @Override
  public boolean permits(T value) {
    return permitted.test(value);
  }

  @Override
  public String render(T value) {
    return renderer.apply(value);
  }

  static ScalarType<String> text(String unit, String allowed, Predicate<String> permitted) {
    return new ScalarType<>(unit, allowed, ScalarType::word, permitted, ScalarType::quoted);
  }

  static ScalarType<Boolean> trueOrFalse() {
    return new ScalarType<>(
        "true or false",
        "true or false",
        written ->
            switch (word(written)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("neither true nor false");
            },
        value -> true,
        String::valueOf);
  }

  /** The constants of {@code choices}, in lower case. */
  static <E extends Enum<E>> ScalarType<E> oneOf(Class<E> choices) {
    String allowed =
        Arrays.stream(choices.getEnumConstants())
            .map(ScalarType::lowerCase)
            .collect(Collectors.joining(", "));
    return new ScalarType<>(
        "name",
        allowed.contains(",") ? "one of " + allowed : allowed,
        written -> Enum.valueOf(choices, word(written).toUpperCase(Locale.ROOT)),
        value -> true,
        ScalarType::lowerCase);
  }

  static ScalarType<Integer> count(String unit, int min, int max) {
    return new ScalarType<>(
        unit,
        "a whole number from %d to %d".formatted(min, max),
        written -> Integer.valueOf(word(written)),
        value -> min <= value && value <= max,
        String::valueOf);
  }

  static ScalarType<Long> longCount(String unit, long min, long max) {
    return new ScalarType<>(
        unit,
        "a whole number from %d to %d".formatted(min, max),
        written -> Long.valueOf(word(written)),
        value -> min <= value && value <= max,
        String::valueOf);
  }

  static ScalarType<Duration> duration(Duration min, Duration max) {
    return new ScalarType<>(
        "duration",
        "a duration from %s to %s".formatted(renderDuration(min), renderDuration(max)),
        written -> written.atKey("v").getDuration("v"),
        value -> min.compareTo(value) <= 0 && value.compareTo(max) <= 0,
        ScalarType::renderDuration);
  }

  static ScalarType<Long> size(long minBytes, long maxBytes) {
    return new ScalarType<>(
        "bytes",
        "a size from %s to %s".formatted(renderSize(minBytes), renderSize(maxBytes)),
        written -> written.atKey("v").getMemorySize("v").toBytes(),
        value -> minBytes <= value && value <= maxBytes,
        ScalarType::renderSize);
  }

  static ScalarType<HostPort> address(String allowed, Predicate<HostPort> permitted) {
    return new ScalarType<>(
        "host:port",
        allowed,
        written -> HostPort.parse(word(written)),
        permitted,
        address -> quoted(address.toString()));
  }

  /** The text of a single value, however it was written. */
  static String word(ConfigValue written) {
    if (!SCALARS.contains(written.valueType())) {
      throw new IllegalArgumentException("not a single value");
    }
    return String.valueOf(written.unwrapped());
  }

  static String quoted(String text) {
    return NEEDS_NO_QUOTES.matcher(text).matches() ? text : ConfigUtil.quoteString(text);
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String renderDuration(Duration value) {
    return value.toNanosPart() % 1_000_000 != 0
        ? value.toNanos() + "ns"
        : value.toMillisPart() != 0 ? value.toMillis() + "ms" : value.toSeconds() + "s";
  }

  private static String renderSize(long bytes) {
    long number = bytes;
    int unit = 0;
    while (number != 0 && number % 1024 == 0 && unit < SIZE_UNITS.length - 1) {
      number /= 1024;
      unit++;
    }
    return number + SIZE_UNITS[unit];
  }
}
