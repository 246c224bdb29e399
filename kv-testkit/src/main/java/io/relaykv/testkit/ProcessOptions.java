package io.relaykv.testkit;

import java.util.List;

/**
 * What the processes of {@link KvCluster#processesWithFaults} run in.
 *
 * @param diskBytes size of a file system of its own for each node's data, for {@link
 *     KvCluster#fillDisk}; 0 for the machine's own. It takes memory, and needs Linux and the right
 *     to make user namespaces, but not root
 * @param jvmArguments of each node's JVM, besides the testkit's own; with {@code
 *     -Drelaykv.testkit.skip-fsync=true} an fsync of the Raft log does nothing and says that it
 *     has, as if the product had that bug
 */
public record ProcessOptions(long diskBytes, List<String> jvmArguments) {
  /** The machine's own disk, and no arguments. */
  public static final ProcessOptions DEFAULT = new ProcessOptions(0, List.of());

  /** Checks the size and copies the list. */
  public ProcessOptions {
    if (diskBytes < 0) {
      throw new IllegalArgumentException("a disk of " + diskBytes + " bytes");
    }
    jvmArguments = List.copyOf(jvmArguments);
  }
}
