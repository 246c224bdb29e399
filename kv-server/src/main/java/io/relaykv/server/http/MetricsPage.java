package io.relaykv.server.http;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the metrics of the node in the text format of Prometheus; called by several threads. */
@FunctionalInterface
public interface MetricsPage {
  /** Writes everything and leaves the stream open. */
  void writeTo(OutputStream out) throws IOException;
}
