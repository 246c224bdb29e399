package io.relaykv.tests.workload;

import io.relaykv.client.KvException;
import java.util.List;

/**
 * Clients at work on a cluster, whatever happens to it. Started once and ended once, by one thread;
 * its clients have threads of their own.
 */
public interface Workload {
  /** Has the clients begin; returns at once. */
  void start();

  /** Asks the clients to stop after the operation that is under way. */
  void stop();

  /** Returns once they have. */
  void end();

  /**
   * Reads all that it has left behind, when the cluster is whole again and nobody else writes;
   * called for each node, while that node leads. What the history does not judge, it judges itself.
   *
   * @param node through which it reads
   * @return what is not there though it must be, in words; empty if all is well
   * @throws KvException if something cannot be read
   */
  List<String> missing(String node);
}
