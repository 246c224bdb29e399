package io.relaykv.client;

/**
 * Why one node did not serve an operation.
 *
 * @param node its client address, {@code host:port}
 * @param cause in words, for people
 */
public record NodeFailure(String node, String cause) {
  @Override
  public String toString() {
    return node + ": " + cause;
  }
}
