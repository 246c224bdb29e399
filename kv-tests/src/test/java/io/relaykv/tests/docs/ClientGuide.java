package io.relaykv.tests.docs;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import io.relaykv.client.dropwizard.DropwizardClientMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Java examples of docs/client.md, each between two marks; {@link ClientGuideIT} compares and
 * runs them, the first one {@link ReadmeIT}, on a cluster that has what it needs.
 */
final class ClientGuide {
  private static final Logger log = LoggerFactory.getLogger(ClientGuide.class);

  private ClientGuide() {}

  static boolean firstProgram(Path cluster, String... nodes) {
    // begin
    try (KvClient client =
        KvClient.builder()
            .nodes(nodes)
            .apiKeyFile(cluster.resolve("demo.key"))
            .trust(cluster.resolve("certs/ca/clients-ca.crt"))
            .build()) {
      client.awaitReady(Duration.ofSeconds(30));
      client.put("flags/new-checkout", true);
      return client.get("flags/new-checkout").map(KvValue::asBoolean).orElse(false);
    }
    // end
  }

  static void futures(KvClient client) {
    // begin
    List<CompletableFuture<Void>> puts =
        Stream.of("a", "b", "c")
            .map(name -> client.async().put("seats/" + name, KvValue.of("free")))
            .toList();
    puts.forEach(CompletableFuture::join);
    // end
  }

  static String errors(KvClient client, KvValue value) {
    // begin
    try {
      client.put("limits", value);
      return "stored";
    } catch (OutcomeUnknownException e) {
      return "perhaps stored: put it again if nobody else writes this key, or look";
    } catch (UnavailableException e) {
      return "certainly not stored, later it may be: " + e.attempts();
    } catch (KvException e) {
      return "certainly not stored, nor will it be if repeated: " + e.reason();
    }
    // end
  }

  static KvClient.Builder observed(KvClient.Builder builder, MetricRegistry registry) {
    // begin
    builder
        .listener(DropwizardClientMetrics.in(registry))
        .onLeaderChange(leader -> log.info("leader: {}", leader));
    // end
    return builder;
  }
}
