package io.relaykv.testkit;

import io.relaykv.testkit.node.Link;
import io.relaykv.testkit.node.PeerCall;
import io.relaykv.testkit.node.PeerHooks;
import java.util.function.BiConsumer;
import org.apache.ratis.thirdparty.com.google.protobuf.Message;

/** Sees the messages between the nodes of a cluster in this JVM. Thread-safe. */
public final class PeerNetwork {
  private volatile BiConsumer<String, Message> beforeDelivery = (to, message) -> {};
  private volatile BiConsumer<Link, Message> onReply = (link, message) -> {};

  PeerNetwork() {}

  /**
   * Has {@code hook} called with the receiver's name and each message between nodes, in Ratis' own
   * form, before it is delivered; the delivery waits for it.
   */
  public void beforeDelivery(BiConsumer<String, Message> hook) {
    beforeDelivery = hook;
  }

  /** Has {@code hook} called with each answer between nodes that gets through. */
  public void onReply(BiConsumer<Link, Message> hook) {
    onReply = hook;
  }

  /** Who has sent a message between nodes. */
  public static String senderOf(Message message) {
    return PeerCall.senderOf(message);
  }

  PeerHooks hooks() {
    return new PeerHooks() {
      @Override
      public void delivering(String to, Message message) {
        beforeDelivery.accept(to, message);
      }

      @Override
      public void replied(Link link, Message message) {
        onReply.accept(link, message);
      }
    };
  }
}
