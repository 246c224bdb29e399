package io.relaykv.testkit;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.Message;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/**
 * The network between the nodes of a cluster in this JVM, whose links can be cut. A message over a
 * link that is cut breaks the call that it belongs to, as a reset connection would. Clients reach
 * all nodes as before. Thread-safe.
 */
public final class PeerNetwork {
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();
  private volatile BiConsumer<String, Message> beforeDelivery = (to, message) -> {};
  private volatile BiConsumer<Link, Message> onReply = (link, message) -> {};

  PeerNetwork() {}

  /** From one node to another. */
  public record Link(String from, String to) {}

  /** Cuts the link between two nodes, both ways. */
  public void cut(String a, String b) {
    cutOneWay(a, b);
    cutOneWay(b, a);
  }

  /** Lets nothing through from one node to another; the other way stays. */
  public void cutOneWay(String from, String to) {
    cut.add(new Link(from, to));
  }

  /** Mends the link between two nodes, both ways. */
  public void heal(String a, String b) {
    cut.remove(new Link(a, b));
    cut.remove(new Link(b, a));
  }

  /** Mends all links. */
  public void healAll() {
    cut.clear();
  }

  void isolate(String node, Collection<String> others) {
    others.forEach(other -> cut(node, other));
  }

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
    Object head = message.getField(message.getDescriptorForType().findFieldByName("serverRequest"));
    return ((RaftRpcRequestProto) head).getRequestorId().toStringUtf8();
  }

  boolean isCut(String from, String to) {
    return cut.contains(new Link(from, to));
  }

  void delivering(String to, Message message) {
    beforeDelivery.accept(to, message);
  }

  void replied(Link link, Message message) {
    onReply.accept(link, message);
  }

  /** What stands on the peer port of {@code node}. */
  ServerInterceptor at(String node) {
    return new ServerInterceptor() {
      @Override
      public <Q, P> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
        return PeerCall.begin(call, headers, next, node, PeerNetwork.this);
      }
    };
  }
}
