package io.relaykv.client;

import java.time.Instant;
import java.util.List;

/**
 * What is in a backup file.
 *
 * @param sha256 of the whole file, in hexadecimal, as {@code sha256sum} prints it: says which
 *     backup it is
 * @param fileBytes how long the file is
 * @param clusterName the cluster that it was made of
 * @param clusterId that cluster's id
 * @param node the node that gave it
 * @param appliedIndex everything in it is as of this log entry
 * @param createdAt when it was begun, by that node's clock
 * @param accounts what each account holds, by id
 * @param apiKeys how many API keys there are
 * @param keys how many keys with values there are
 * @param dataBytes what these take together
 */
public record BackupInfo(
    String sha256,
    long fileBytes,
    String clusterName,
    String clusterId,
    String node,
    long appliedIndex,
    Instant createdAt,
    List<BackedUpAccount> accounts,
    long apiKeys,
    long keys,
    long dataBytes) {
  /** Copies the list. */
  public BackupInfo {
    accounts = List.copyOf(accounts);
  }
}
