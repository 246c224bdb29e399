package io.relaykv.server.config;

/** One setting has a value that it must not have. */
final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String value;
  private final String reason;

  /**
   * @param value the value as one would write it
   * @param reason continues the sentence "key = value ..."
   */
  InvalidSettingException(String key, String value, String reason) {
    super("`%s` = %s %s".formatted(key, value, reason));
    this.key = key;
    this.value = value;
    this.reason = reason;
  }

  String key() {
    return key;
  }

  /** The same sentence with the place where the value was set. */
  String at(Origin origin) {
    return "`%s` = %s %s %s".formatted(key, value, origin.phrase(), reason);
  }
}
