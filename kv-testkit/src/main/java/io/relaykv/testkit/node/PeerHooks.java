package io.relaykv.testkit.node;

import org.apache.ratis.thirdparty.com.google.protobuf.Message;

/** Sees the messages between nodes, in Ratis' own form. Called on any thread. */
public interface PeerHooks {
  /** Sees nothing. */
  PeerHooks NONE = new PeerHooks() {};

  /** Before {@code message} is delivered at {@code to}; the delivery waits for it. */
  default void delivering(String to, Message message) {}

  /** When an answer has got through. */
  default void replied(Link link, Message message) {}
}
