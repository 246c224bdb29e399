package io.relaykv.statemachine.store;

import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that a store holds, to compare replicas by. */
public final class StoreContents {
  private StoreContents() {}

  /** The rows of every column family, as family/key and value in hexadecimal. */
  public static SortedMap<String, String> of(KvStore store) {
    HexFormat hex = HexFormat.of();
    SortedMap<String, String> rows = new TreeMap<>();
    for (Family family : Family.values()) {
      store.forEachRow(
          family,
          (key, value) -> rows.put(family + "/" + hex.formatHex(key), hex.formatHex(value)));
    }
    return rows;
  }
}
