package io.relaykv.server.config;

import com.typesafe.config.ConfigValue;

/** How one kind of value is read, checked and written. */
interface ValueType<T> {
  /** What the value is or counts: "duration", "bytes", "entries". */
  String unit();

  /** The values that are allowed; continues "must be ...". */
  String allowed();

  /**
   * The value that was written, whether or not it is permitted.
   *
   * @throws IllegalArgumentException if it is of another kind; the message continues "key = value"
   */
  T read(ConfigValue written);

  boolean permits(T value);

  /** The value as one would write it in the file. */
  String render(T value);
}
