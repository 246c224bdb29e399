package io.relaykv.statemachine.store;

import java.util.List;

/**
 * Keys of one account in byte order.
 *
 * @param keys the keys
 * @param more whether the scan stopped at a limit with more keys behind it
 */
public record ScanPage(List<String> keys, boolean more) {
  /** Copies the list. */
  public ScanPage {
    keys = List.copyOf(keys);
  }
}
