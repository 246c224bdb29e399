package io.relaykv.tests.fault;

import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** What nodes say at /metrics. */
final class MetricsPages {
  private MetricsPages() {}

  static String of(KvCluster cluster, String node) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + cluster.httpAddressOf(node) + "/metrics"))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  /** The sum of all series of this name at a node. */
  static long sum(KvCluster cluster, String node, String metric)
      throws IOException, InterruptedException {
    return of(cluster, node)
        .lines()
        .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
