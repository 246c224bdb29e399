package io.relaykv.shell.environment;

import io.relaykv.client.ConnectionBuilder;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.NodeAddress;
import io.relaykv.shell.failure.ShellException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** Connects over the network. */
final class NetworkConnector implements ClusterConnector {
  @Override
  public KvClient client(Connection to) {
    return checked(() -> configured(KvClient.builder(), to).build());
  }

  @Override
  public KvAdmin admin(Connection to) {
    return checked(() -> configured(KvAdmin.builder(), to).build());
  }

  private static <B extends ConnectionBuilder<B>> B configured(B builder, Connection to) {
    builder
        .nodes(to.nodes().stream().map(NodeAddress::toString).toList())
        .apiKeyFile(to.apiKeyFile())
        .requestTimeout(to.timeout());
    Protection protection = to.protection();
    if (protection.tls()) {
      builder.tls();
    }
    if (protection.plainTextAnywhere()) {
      builder.insecure();
    }
    protection.trust().ifPresent(builder::trust);
    protection.own().ifPresent(own -> builder.clientCertificate(own.certificate(), own.key()));
    return builder;
  }

  /** What the builder has against a file is for the user to mend. */
  private static <T> T checked(Supplier<T> build) {
    try {
      return build.get();
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new ShellException(String.valueOf(e.getMessage()), "");
    }
  }
}
