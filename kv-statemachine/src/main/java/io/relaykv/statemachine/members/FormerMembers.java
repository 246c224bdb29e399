package io.relaykv.statemachine.members;

import io.relaykv.protocol.NameRules;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Done;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.log.RetireMember;
import io.relaykv.protocol.state.FormerMemberRow;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of nodes that have been removed, or are about to be: replicated state in the store,
 * with a view in memory. None is ever a member again: a node that comes back under its old name
 * with an empty disk has forgotten its votes and what it has acknowledged.
 *
 * <p>A name is here before the node is taken out of Raft's membership, so that there is no moment
 * at which it is neither member nor former member. Any thread may look; only the thread that
 * applies the log makes changes.
 */
public final class FormerMembers {
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  private FormerMembers() {}

  /** Reads the former members in {@code store}. */
  public static FormerMembers load(KvStore store) {
    FormerMembers members = new FormerMembers();
    store.forEachFormerMember((name, row) -> members.names.add(name));
    return members;
  }

  /** Whether a member of that name has been removed, or is about to be. */
  public boolean contains(String nodeId) {
    return names.contains(nodeId);
  }

  /**
   * Puts a member here; one that is here already stays so.
   *
   * @param leaderTimeMs when the leader proposed it
   */
  public CommandResult retire(RetireMember command, long leaderTimeMs, StoreBatch batch) {
    try {
      NameRules.checkNodeName(command.getNodeId());
    } catch (IllegalArgumentException e) {
      return CommandResult.newBuilder()
          .setRefusal(
              Refusal.newBuilder()
                  .setReason(Refusal.Reason.MALFORMED)
                  .setMessage(String.valueOf(e.getMessage())))
          .build();
    }
    if (names.add(command.getNodeId())) {
      batch.putFormerMember(
          command.getNodeId(),
          FormerMemberRow.newBuilder().setRetiredAtMs(leaderTimeMs).build().toByteArray());
    }
    return CommandResult.newBuilder().setDone(Done.getDefaultInstance()).build();
  }
}
