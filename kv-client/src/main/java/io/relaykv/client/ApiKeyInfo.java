package io.relaykv.client;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a cluster tells of an API key; never its secret.
 *
 * @param id the number in {@code rk_<id>_..}
 * @param account whose data it opens
 * @param rights what it allows
 * @param enabled false while it is disabled
 * @param expires when it ends, by the leader's clock; empty for never
 * @param label for people
 * @param createdAt by the clock of the node that then led
 */
public record ApiKeyInfo(
    long id,
    String account,
    Set<ApiKeyRight> rights,
    boolean enabled,
    Optional<Instant> expires,
    String label,
    Instant createdAt) {
  /** Copies the set. */
  public ApiKeyInfo {
    rights = Set.copyOf(rights);
  }
}
