package io.relaykv.testkit.node;

/**
 * From one node to another.
 *
 * @param from who sends
 * @param to who is to receive it
 */
public record Link(String from, String to) {
  /** The way back. */
  public Link reversed() {
    return new Link(to, from);
  }
}
