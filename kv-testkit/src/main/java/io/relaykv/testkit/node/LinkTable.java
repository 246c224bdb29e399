package io.relaykv.testkit.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What is wrong with the links between nodes.
 *
 * @param seed of all random choices
 * @param faults of the links that have any
 */
public record LinkTable(long seed, Map<Link, LinkFault> faults) {
  /** All links are well. */
  public static final LinkTable NONE = new LinkTable(0, Map.of());

  /** Copies the map. */
  public LinkTable {
    faults = Map.copyOf(faults);
  }

  /** What is wrong with one link. */
  public LinkFault of(Link link) {
    return faults.getOrDefault(link, LinkFault.NONE);
  }

  /** The same with one link changed. */
  public LinkTable with(Link link, UnaryOperator<LinkFault> change) {
    Map<Link, LinkFault> changed = new HashMap<>(faults);
    changed.put(link, change.apply(of(link)));
    changed.values().remove(LinkFault.NONE);
    return new LinkTable(seed, changed);
  }

  /** The same links with another seed. */
  public LinkTable withSeed(long otherSeed) {
    return new LinkTable(otherSeed, faults);
  }

  /** {@code seed;from>to=cut,delay,jitter,loss;...}, with times in nanoseconds. */
  String toText() {
    StringBuilder text = new StringBuilder().append(seed);
    Map<String, LinkFault> sorted = new TreeMap<>();
    faults.forEach((link, fault) -> sorted.put(link.from() + ">" + link.to(), fault));
    sorted.forEach(
        (link, fault) ->
            text.append(
                ";%s=%b,%d,%d,%s"
                    .formatted(
                        link,
                        fault.cut(),
                        fault.delay().toNanos(),
                        fault.jitter().toNanos(),
                        fault.loss())));
    return text.toString();
  }

  static LinkTable parse(String text) {
    String[] parts = text.split(";", -1);
    Map<Link, LinkFault> faults = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      String[] fields = parts[i].split("[>=,]", -1);
      faults.put(
          new Link(fields[0], fields[1]),
          new LinkFault(
              Boolean.parseBoolean(fields[2]),
              Duration.ofNanos(Long.parseLong(fields[3])),
              Duration.ofNanos(Long.parseLong(fields[4])),
              Double.parseDouble(fields[5])));
    }
    return new LinkTable(Long.parseLong(parts[0]), faults);
  }
}
