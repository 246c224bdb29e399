package io.relaykv.shell.command.cluster;

import io.relaykv.client.LogLevel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code error}, {@code warn}, {@code info}, {@code debug}, {@code trace}. */
final class LogLevelConverter implements ITypeConverter<LogLevel> {
  private static final List<LogLevel> ALL = List.of(LogLevel.values());

  static String word(LogLevel level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public LogLevel convert(String text) {
    return ALL.stream()
        .filter(level -> word(level).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            text,
                            ALL.stream()
                                .map(LogLevelConverter::word)
                                .collect(Collectors.joining(", ")))));
  }
}
