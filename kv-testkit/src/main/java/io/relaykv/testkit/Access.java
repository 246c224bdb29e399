package io.relaykv.testkit;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.ApiKeyText;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The keys of a cluster, and the clients that show them. */
final class Access implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final NodeSet nodes;
  private final ApiKeyText adminKey;
  private final List<String> secrets = new ArrayList<>();
  private KvAdmin admin;
  private String apiKey = "";

  /**
   * @param nodes whom clients are to know
   */
  Access(NodeSet nodes, ApiKeyText adminKey) {
    this.nodes = nodes;
    this.adminKey = adminKey;
    secrets.add(adminKey.reveal());
    admin = newAdmin(SHORT);
  }

  static ApiKeyText newAdminKey() {
    byte[] secret = new byte[ApiKeyText.SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return ApiKeyText.of(ApiKeyText.ADMIN, secret);
  }

  /** Makes the account of the cluster's clients; false if that is not possible yet. */
  boolean makeAccount() {
    try {
      if (admin.account(KvCluster.ACCOUNT).isEmpty()) {
        admin.createAccount(KvCluster.ACCOUNT, 0);
      }
      return true;
    } catch (UnavailableException | OutcomeUnknownException e) {
      return false;
    }
  }

  /** Makes the API key that clients show from now on. */
  void makeApiKey() {
    apiKey = newApiKey(KvCluster.ACCOUNT, ApiKeyRight.READ, ApiKeyRight.WRITE);
  }

  String newApiKey(String account, ApiKeyRight... rights) {
    String made =
        admin.createApiKey(account, EnumSet.copyOf(List.of(rights)), Optional.empty(), "").reveal();
    secrets.add(made);
    return made;
  }

  SecretSearch secrets() {
    return new SecretSearch(secrets);
  }

  String apiKey() {
    return apiKey;
  }

  String adminKey() {
    return adminKey.reveal();
  }

  KvAdmin newAdmin(Duration requestTimeout) {
    return KvAdmin.builder()
        .nodes(nodes.addresses())
        .apiKey(adminKey.reveal())
        .requestTimeout(requestTimeout)
        .build();
  }

  KvClient newClient(String key, Duration requestTimeout) {
    return KvClient.builder()
        .nodes(nodes.addresses())
        .apiKey(key)
        .requestTimeout(requestTimeout)
        .build();
  }

  /** There are other members now. */
  void membersChanged() {
    admin.close();
    admin = newAdmin(SHORT);
  }

  ClusterStatus status() {
    return admin.status();
  }

  @Override
  public void close() {
    admin.close();
  }
}
