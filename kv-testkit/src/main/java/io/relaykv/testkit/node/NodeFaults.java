package io.relaykv.testkit.node;

import io.relaykv.testkit.node.LogFailure.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is wrong with one node.
 *
 * @param links between all nodes
 * @param clientsCut clients cannot reach it
 * @param logFailure what of its Raft log fails, if anything
 * @param slowFsync each fsync of its Raft log takes so much longer
 * @param clockOffset its wall clock is ahead by so much
 */
public record NodeFaults(
    LinkTable links,
    boolean clientsCut,
    @Nullable LogFailure logFailure,
    Duration slowFsync,
    Duration clockOffset) {
  /** Nothing. */
  public static final NodeFaults NONE =
      new NodeFaults(LinkTable.NONE, false, null, Duration.ZERO, Duration.ZERO);

  /** The same with other links. */
  public NodeFaults withLinks(LinkTable others) {
    return new NodeFaults(others, clientsCut, logFailure, slowFsync, clockOffset);
  }

  /** The same, with or without clients. */
  public NodeFaults withClientsCut(boolean cut) {
    return new NodeFaults(links, cut, logFailure, slowFsync, clockOffset);
  }

  /** The same with a log that fails, or does not. */
  public NodeFaults withLogFailure(@Nullable LogFailure failure) {
    return new NodeFaults(links, clientsCut, failure, slowFsync, clockOffset);
  }

  /** The same with a slow disk, or a quick one. */
  public NodeFaults withSlowFsync(Duration longer) {
    return new NodeFaults(links, clientsCut, logFailure, longer, clockOffset);
  }

  /** The same with another time. */
  public NodeFaults withClockOffset(Duration ahead) {
    return new NodeFaults(links, clientsCut, logFailure, slowFsync, ahead);
  }

  /** One line: the fields with tabs between them. */
  public String toText() {
    List<String> fields = new ArrayList<>();
    fields.add(links.toText());
    fields.add(Boolean.toString(clientsCut));
    fields.add(Long.toString(slowFsync.toNanos()));
    fields.add(Long.toString(clockOffset.toMillis()));
    if (logFailure != null) {
      fields.add(Long.toString(logFailure.number()));
      fields.add(logFailure.operation().name());
      fields.add(Boolean.toString(logFailure.once()));
      fields.add(logFailure.message());
    }
    return String.join("\t", fields);
  }

  static NodeFaults parse(String text) {
    String[] fields = text.split("\t", -1);
    return new NodeFaults(
        LinkTable.parse(fields[0]),
        Boolean.parseBoolean(fields[1]),
        fields.length == 4
            ? null
            : new LogFailure(
                Long.parseLong(fields[4]),
                Operation.valueOf(fields[5]),
                Boolean.parseBoolean(fields[6]),
                fields[7]),
        Duration.ofNanos(Long.parseLong(fields[2])),
        Duration.ofMillis(Long.parseLong(fields[3])));
  }
}
