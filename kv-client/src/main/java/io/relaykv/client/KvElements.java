package io.relaykv.client;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/** The elements of an array, which remember how deep they are nested. Immutable. */
final class KvElements extends AbstractList<KvValue> implements RandomAccess {
  private final KvValue[] elements;
  private final int depth;

  private KvElements(KvValue[] elements) {
    int deepest = 0;
    for (int i = 0; i < elements.length; i++) {
      Objects.requireNonNull(elements[i], "an element is null; JSON's null is KvValue.ofNull()");
      deepest = Math.max(deepest, Nesting.depthOf(elements[i]));
    }
    this.elements = elements;
    this.depth = Nesting.around(deepest);
  }

  static KvElements copyOf(List<? extends KvValue> elements) {
    return elements instanceof KvElements copied
        ? copied
        : new KvElements(elements.toArray(new KvValue[0]));
  }

  /** Of the array that has these elements. */
  int depth() {
    return depth;
  }

  @Override
  public KvValue get(int index) {
    return elements[index];
  }

  @Override
  public int size() {
    return elements.length;
  }
}
