package io.relaykv.server.metrics;

import com.codahale.metrics.jmx.JmxReporter;
import com.codahale.metrics.jmx.ObjectNameFactory;
import io.prometheus.metrics.model.snapshots.Label;
import java.util.Hashtable;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Shows the registry as beans of this JVM, such as {@code
 * relaykv:name=relaykv_operations,node=n1,operation=get,outcome=ok}. It opens no port: they are
 * seen by what runs in this process, and by whom the JVM's own options let in.
 */
public final class JmxMetrics implements AutoCloseable {
  private static final String DOMAIN = "relaykv";

  private final JmxReporter reporter;

  private JmxMetrics(JmxReporter reporter) {
    this.reporter = reporter;
  }

  /** Shows all metrics that there are and will be, until it is closed. */
  public static JmxMetrics start() {
    ObjectNameFactory names = (type, domain, name) -> objectName(name);
    JmxReporter reporter =
        JmxReporter.forRegistry(NodeMetrics.registry())
            .inDomain(DOMAIN)
            .createsObjectNamesWith(names)
            .build();
    reporter.start();
    return new JmxMetrics(reporter);
  }

  @SuppressWarnings("JdkObsolete") // what ObjectName takes
  static ObjectName objectName(String registryName) {
    SeriesName series = SeriesName.of(registryName);
    Hashtable<String, String> properties = new Hashtable<>();
    properties.put("name", series.name());
    for (Label label : series.labels()) {
      properties.put(label.getName(), label.getValue());
    }
    try {
      return new ObjectName(DOMAIN, properties);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException(registryName, e);
    }
  }

  @Override
  public void close() {
    reporter.close();
  }
}
