package io.relaykv.shell.command.account;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 17} or {@code rk_17}. */
final class ApiKeyIdConverter implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(rk_)?([1-9][0-9]{0,17})");

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      // Not repeated: it may be part of a secret.
      throw new TypeConversionException("this is no id of an API key, such as 17 or rk_17");
    }
    return Long.valueOf(matcher.group(2));
  }
}
