package io.relaykv.examples;

import io.relaykv.client.KvClient;
import java.nio.file.Path;
import java.util.List;

/**
 * Stores a greeting and reads it back. Its arguments are the directory of a cluster that {@code
 * deploy/local-cluster.sh} has made, and addresses of some of the nodes.
 */
public final class Greeting {
  private Greeting() {}

  /** Runs it. */
  public static void main(String... args) {
    Path cluster = Path.of(args[0]);
    try (KvClient client =
        KvClient.builder()
            .nodes(List.of(args).subList(1, args.length).toArray(String[]::new))
            .apiKeyFile(cluster.resolve("demo.key"))
            .trust(cluster.resolve("certs/ca/clients-ca.crt"))
            .build()) {
      client.put("greeting", "hello from Java");
      System.out.println(client.get("greeting").orElseThrow());
    }
  }
}
