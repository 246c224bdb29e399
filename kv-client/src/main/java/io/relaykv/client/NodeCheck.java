package io.relaykv.client;

/** What one node has to say in a {@link ReplicaCheck}. */
public sealed interface NodeCheck {
  /** Its name, or its address where the name is not known. */
  String name();

  /** Where it serves clients, {@code host:port}. */
  String clientAddress();

  /**
   * A node that has hashed what it holds.
   *
   * @param name its name
   * @param clientAddress where it serves clients
   * @param digest a SHA-256 in hexadecimal; nodes with the same one hold the same
   */
  record Hashed(String name, String clientAddress, String digest) implements NodeCheck {}

  /**
   * A node that is not done yet.
   *
   * @param name its name
   * @param clientAddress where it serves clients
   * @param entriesBehind log entries that it has to apply before it can begin
   * @param hashedBytes how much it has hashed
   */
  record Pending(String name, String clientAddress, long entriesBehind, long hashedBytes)
      implements NodeCheck {}

  /**
   * A node that answers and will not have a result.
   *
   * @param name its name
   * @param clientAddress where it serves clients
   * @param cause in words, for people
   */
  record NoResult(String name, String clientAddress, String cause) implements NodeCheck {}

  /**
   * A node that did not answer.
   *
   * @param name its name, or its address where the name is not known
   * @param clientAddress where it should serve clients
   * @param cause in words, for people
   */
  record Unreachable(String name, String clientAddress, String cause) implements NodeCheck {}
}
