package io.relaykv.shell.command.account;

import io.relaykv.client.ApiKeyRight;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code read} or {@code write}. */
final class RightConverter implements ITypeConverter<ApiKeyRight> {
  @Override
  public ApiKeyRight convert(String text) {
    return Arrays.stream(ApiKeyRight.values())
        .filter(right -> ApiKeyView.word(right).equals(text))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is neither read nor write"));
  }
}
