package io.relaykv.testkit.node;

import io.relaykv.server.KvServerMain;
import io.relaykv.server.raft.RaftSeams;
import java.io.IOException;
import java.util.Map;

/**
 * The command {@code kv-server}, run in a process that a test can put faults into. Where to ask for
 * them stands in the environment, which other users of the machine cannot read.
 */
public final class FaultyNodeMain {
  /** Holds the port on which the test listens. */
  public static final String PORT = "TESTKIT_PORT";

  /** Holds what shows the test who connects. */
  public static final String TOKEN = "TESTKIT_TOKEN";

  /** Holds the node's name. */
  public static final String NODE = "TESTKIT_NODE";

  static final int CANNOT_HAVE_FAULTS = 77;

  private FaultyNodeMain() {}

  /** Connects to the test, then runs the command. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    String node = environment.getOrDefault(NODE, "");
    FaultsInForce network = new FaultsInForce(node, FaultyNode.COUNTERS);
    try {
      ControlChannel.open(
              Integer.parseInt(environment.getOrDefault(PORT, "")),
              environment.getOrDefault(TOKEN, ""),
              node,
              network,
              FaultyNode.LOG,
              FaultyNode.CLOCK)
          .start();
    } catch (IOException | RuntimeException e) {
      System.err.println("The test cannot be reached: " + e);
      Runtime.getRuntime().halt(CANNOT_HAVE_FAULTS);
    }
    KvServerMain.main(network.seams(RaftSeams.NONE, PeerHooks.NONE), args);
  }
}
