package io.relaykv.protocol.json;

/** A text is not exactly one JSON value within the limits; the message is short and printable. */
public final class InvalidJsonException extends IllegalArgumentException {
  InvalidJsonException(String message) {
    super(message);
  }
}
