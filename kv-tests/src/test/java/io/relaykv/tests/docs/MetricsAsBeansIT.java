package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.ProcessOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** metrics.jmx of a node in a process of its own, whose beans are read from outside. */
@Timeout(120)
class MetricsAsBeansIT {
  private static final String ALL = "relaykv:*";

  @Test
  void theMetricsAreBeansIfTheyAreWanted(@TempDir Path directory) throws Exception {
    int port = freePort();
    try (KvCluster cluster = start(directory, port, Map.of("metrics.jmx", "true"));
        KvClient client = cluster.newClient();
        JMXConnector connector = connect(port)) {
      MBeanServerConnection beans = connector.getMBeanServerConnection();
      assertThat(value(beans, "relaykv:name=relaykv_is_member,node=n1", "Value")).isEqualTo(true);
      client.put("k", 1);
      await("the put")
          .untilAsserted(
              () ->
                  assertThat(
                          value(
                              beans,
                              "relaykv:name=relaykv_operations,node=n1,operation=put,outcome=ok",
                              "Count"))
                      .isEqualTo(1L));
    }
  }

  @Test
  void theyAreNotUnlessTheyAreWanted(@TempDir Path directory) throws Exception {
    int port = freePort();
    try (KvCluster cluster = start(directory, port, Map.of());
        JMXConnector connector = connect(port)) {
      assertThat(cluster.nodeIds()).hasSize(1);
      assertThat(connector.getMBeanServerConnection().queryNames(new ObjectName(ALL), null))
          .isEmpty();
    }
  }

  private static Object value(MBeanServerConnection beans, String name, String attribute)
      throws Exception {
    return beans.getAttribute(new ObjectName(name), attribute);
  }

  private static KvCluster start(Path directory, int port, Map<String, String> settings) {
    return KvCluster.processesWithFaults(
        1,
        directory,
        settings,
        new ProcessOptions(
            0,
            List.of(
                "-Dcom.sun.management.jmxremote.port=" + port,
                "-Dcom.sun.management.jmxremote.rmi.port=" + port,
                "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                "-Djava.rmi.server.hostname=127.0.0.1",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false")));
  }

  @SuppressWarnings("BanJNDI") // what is asked is a node of this test's own, on this machine
  private static JMXConnector connect(int port) throws IOException {
    return JMXConnectorFactory.connect(
        new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:%d/jmxrmi".formatted(port)));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
