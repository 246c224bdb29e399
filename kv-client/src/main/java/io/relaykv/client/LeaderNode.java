package io.relaykv.client;

/**
 * The node that a client sends its operations to.
 *
 * @param name as the node's configuration has it
 * @param address where the client reaches it, {@code host:port}
 */
public record LeaderNode(String name, String address) {
  @Override
  public String toString() {
    return name + " at " + address;
  }
}
