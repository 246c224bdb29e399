package io.relaykv.client;

import io.relaykv.protocol.Printable;
import io.relaykv.protocol.json.JsonStrings;

/** What a text must be to become part of a value. */
final class KvText {
  private KvText() {}

  static void check(String what, String text) {
    int index = JsonStrings.indexOfLoneSurrogate(text);
    if (index >= 0) {
      throw new IllegalArgumentException(
          "%s has half a surrogate pair at index %d: %s"
              .formatted(what, index, Printable.quote(text)));
    }
  }
}
