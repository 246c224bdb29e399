package io.relaykv.testkit;

import io.relaykv.testkit.node.Link;
import io.relaykv.testkit.node.LinkFault;
import io.relaykv.testkit.node.LinkTable;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The links between the nodes of a cluster, one for each direction. What is done to them holds when
 * the method returns, for all nodes that run and are not paused. Clients reach all nodes as before.
 * Thread-safe.
 *
 * <p>A message over a link that is cut breaks off the call that it belongs to, as a reset
 * connection would; requests and answers are messages of the node that sends them. What is late
 * keeps its order within its call.
 */
public final class Links {
  private final Consumer<LinkTable> nodes;
  private LinkTable table = LinkTable.NONE;

  /**
   * @param nodes puts what it is given in force everywhere
   */
  Links(Consumer<LinkTable> nodes) {
    this.nodes = nodes;
  }

  /** Cuts the link between two nodes, both ways. */
  public void cut(String a, String b) {
    change(bothWays(a, b, LinkFault::withCut));
  }

  /** Lets nothing through from one node to another; the other way stays. */
  public void cutOneWay(String from, String to) {
    change(oneWay(from, to, LinkFault::withCut));
  }

  /**
   * Makes each message from one node to another late.
   *
   * @param base at least so much
   * @param jitter and at random up to so much more
   */
  public void delay(String from, String to, Duration base, Duration jitter) {
    change(oneWay(from, to, link -> link.withDelay(base, jitter)));
  }

  /**
   * Loses packets from one node to another. TCP sends them again: after 200 ms, and each further
   * time after twice as long; what comes behind waits.
   *
   * @param share of the packets, from 0 to less than 1
   */
  public void lossy(String from, String to, double share) {
    change(oneWay(from, to, link -> link.withLoss(share)));
  }

  /** Has the random choices of {@link #delay} and {@link #lossy} follow from this seed. */
  public void seed(long seed) {
    change(links -> links.withSeed(seed));
  }

  /** Joins a link that was cut, both ways; delay and loss stay. */
  public void reconnect(String a, String b) {
    change(bothWays(a, b, LinkFault::withoutCut));
  }

  /** Ends delay and loss between two nodes, both ways; a cut stays. */
  public void speedUp(String a, String b) {
    change(bothWays(a, b, link -> link.withDelay(Duration.ZERO, Duration.ZERO).withLoss(0)));
  }

  /** Mends the link between two nodes, both ways. */
  public void heal(String a, String b) {
    change(bothWays(a, b, link -> LinkFault.NONE));
  }

  /** Mends all links. */
  public void healAll() {
    change(links -> LinkTable.NONE.withSeed(links.seed()));
  }

  /** Cuts all links to a node. */
  void cutInbound(String node, Collection<String> others) {
    change(all(node, others, other -> new Link(other, node)));
  }

  /** Cuts all links from a node. */
  void cutOutbound(String node, Collection<String> others) {
    change(all(node, others, other -> new Link(node, other)));
  }

  /** Cuts all links of a node. */
  void cutAll(String node, Collection<String> others) {
    change(
        links ->
            all(node, others, other -> new Link(node, other))
                .apply(all(node, others, other -> new Link(other, node)).apply(links)));
  }

  private static UnaryOperator<LinkTable> all(
      String node, Collection<String> others, Function<String, Link> of) {
    return links -> {
      LinkTable changed = links;
      for (String other : others) {
        if (!other.equals(node)) {
          changed = changed.with(of.apply(other), LinkFault::withCut);
        }
      }
      return changed;
    };
  }

  private static UnaryOperator<LinkTable> oneWay(
      String from, String to, UnaryOperator<LinkFault> how) {
    return links -> links.with(new Link(from, to), how);
  }

  private static UnaryOperator<LinkTable> bothWays(
      String a, String b, UnaryOperator<LinkFault> how) {
    return links -> links.with(new Link(a, b), how).with(new Link(b, a), how);
  }

  private synchronized void change(UnaryOperator<LinkTable> how) {
    LinkTable changed = how.apply(table);
    if (!changed.equals(table)) {
      table = changed;
      nodes.accept(table);
    }
  }

  /** Tells all nodes once more, as there is a new one. */
  synchronized void tellAll() {
    nodes.accept(table);
  }
}
