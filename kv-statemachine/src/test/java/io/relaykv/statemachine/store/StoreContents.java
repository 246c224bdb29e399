package io.relaykv.statemachine.store;

import java.util.HexFormat;
import java.util.Map;
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

  /** What the keys and values of each account take together, counted one by one. */
  public static Map<Long, Long> dataBytes(KvStore store) {
    Map<Long, Long> bytes = new TreeMap<>();
    store.forEachRow(
        Family.DATA,
        (key, value) ->
            bytes.merge(
                KeyLayout.id(key), (long) KeyLayout.key(key).length() + value.length, Long::sum));
    return bytes;
  }
}
