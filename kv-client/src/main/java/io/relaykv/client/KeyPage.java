package io.relaykv.client;

import java.util.List;
import java.util.Optional;

/**
 * A page of keys in byte order.
 *
 * @param keys the keys of this page
 * @param more whether there were more keys behind the last one
 */
public record KeyPage(List<String> keys, boolean more) {
  /** Copies the list. */
  public KeyPage {
    keys = List.copyOf(keys);
  }

  /**
   * Where the next page begins: {@code after} for the next call, or empty if this page is the last.
   */
  public Optional<String> next() {
    return more && !keys.isEmpty() ? Optional.of(keys.get(keys.size() - 1)) : Optional.empty();
  }
}
