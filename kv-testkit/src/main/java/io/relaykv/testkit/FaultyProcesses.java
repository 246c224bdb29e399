package io.relaykv.testkit;

import io.relaykv.testkit.node.NodeFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Function;

/** Makes nodes in processes that all faults can be put into. */
record FaultyProcesses(
    ClusterFaults faults, ControlPort control, Path agent, ProcessOptions options)
    implements Function<NodeFiles, TestNode> {
  /**
   * @param directory of the cluster
   * @param faults what can be put into them
   */
  static FaultyProcesses into(Path directory, ClusterFaults faults, ProcessOptions options) {
    ControlPort control = ControlPort.open();
    faults.register(control);
    return new FaultyProcesses(faults, control, FaultySurroundings.writeAgent(directory), options);
  }

  @Override
  public TestNode apply(NodeFiles files) {
    NodeInAProcess node = new NodeInAProcess(files.id(), NodeFaults.NONE);
    faults.register(node);
    control.expect(node);
    return new ProcessNode(
        files,
        new FaultySurroundings(
            disk(files), agent, options.jvmArguments(), control.environmentOf(files.id())));
  }

  private Surroundings disk(NodeFiles files) {
    if (options.diskBytes() == 0) {
      return Surroundings.PLAIN;
    }
    try {
      SmallDisk disk = SmallDisk.mount(files.data(), options.diskBytes());
      faults.register(files.id(), disk);
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
