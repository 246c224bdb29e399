package io.relaykv.client;

import io.relaykv.client.KvValue.KvArray;
import io.relaykv.client.KvValue.KvObject;
import io.relaykv.protocol.Limits;

/**
 * How deep values are nested. The depth is kept with the elements and members, so that building a
 * value costs no walk through it, and is limited, so that walking through it needs no care.
 */
final class Nesting {
  private Nesting() {}

  static int depthOf(KvValue value) {
    if (value instanceof KvArray array) {
      return KvElements.copyOf(array.elements()).depth();
    }
    if (value instanceof KvObject object) {
      return KvMembers.copyOf(object.members()).depth();
    }
    return 0;
  }

  /** The depth of an array or object whose deepest part has depth {@code deepest}. */
  static int around(int deepest) {
    if (deepest == Limits.MAX_JSON_DEPTH) {
      throw new IllegalArgumentException(
          "value is nested deeper than " + Limits.MAX_JSON_DEPTH + " levels");
    }
    return deepest + 1;
  }
}
