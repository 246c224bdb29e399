package io.relaykv.client;

import io.relaykv.client.internal.ConnectionSecurity;
import io.relaykv.client.internal.TlsPem;
import io.relaykv.protocol.ApiKeyText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every client of a cluster needs: some nodes, a key, and how connections are protected. Not
 * thread-safe.
 *
 * <p>Without {@link #tls} or {@link #trust} connections are plain text, which is accepted for
 * loopback addresses only unless {@link #insecure} says otherwise.
 *
 * @param <B> the builder itself
 */
public abstract sealed class ConnectionBuilder<B extends ConnectionBuilder<B>>
    permits KvClient.Builder, KvAdmin.Builder {
  /** More than any key and the white space around it. */
  private static final int MAX_KEY_FILE_BYTES = 1024;

  private List<NodeAddress> nodes = List.of();
  private Duration requestTimeout = Duration.ofSeconds(5);
  private @Nullable ApiKeyText key;
  private boolean tls;
  private TlsPem.@Nullable Trusted trusted;
  private TlsPem.@Nullable Own own;
  private boolean insecure;

  ConnectionBuilder() {}

  abstract B self();

  /** What {@link #apiKey} must be: for the message if it is not. */
  abstract void checkKind(ApiKeyText shown);

  /**
   * Some nodes of the cluster, each as {@code host:port} of its client port; the client learns of
   * the leader from any one of them. Required.
   *
   * @throws IllegalArgumentException if one is not of that form, or if there is none
   */
  public B nodes(String... addresses) {
    return nodes(List.of(addresses));
  }

  /** As {@link #nodes(String...)}. */
  public B nodes(Collection<String> addresses) {
    this.nodes = NodeAddress.parseAll(addresses);
    return self();
  }

  /**
   * The key that says who the client is, {@code rk_..}. Required, here or by {@link #apiKeyFile}.
   *
   * @throws IllegalArgumentException if it is none; the message does not repeat it
   */
  public B apiKey(String text) {
    ApiKeyText parsed = ApiKeyText.parse(text.strip());
    checkKind(parsed);
    this.key = parsed;
    return self();
  }

  /**
   * The file that holds the key and nothing else; read at once.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if it holds no key; the message does not repeat what it holds
   */
  public B apiKeyFile(Path file) {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_KEY_FILE_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the API key from " + file, e);
    }
    try {
      return apiKey(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage());
    }
  }

  /**
   * How long an operation may take in all, with every retry: 1 ms to 5 min; 5 s by default.
   *
   * @throws IllegalArgumentException if outside that range
   */
  public B requestTimeout(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0
        || timeout.compareTo(KvClient.MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "requestTimeout is " + timeout + "; allowed is 1 ms to 5 min");
    }
    this.requestTimeout = timeout;
    return self();
  }

  /** Connections use TLS 1.2 or 1.3; nodes' certificates are checked as Java does by default. */
  public B tls() {
    this.tls = true;
    return self();
  }

  /**
   * Connections use TLS 1.2 or 1.3; nodes' certificates are checked against the authorities in this
   * PEM file, and for the host that was dialled. A file that has changed is read again for the next
   * connection.
   */
  public B trust(Path certificates) {
    this.trusted = new TlsPem.Trusted.InFile(certificates);
    return tls();
  }

  /**
   * As {@link #trust(Path)}, with the certificates themselves, from a resource or an environment
   * variable.
   *
   * @param certificates PEM: one or several, each from {@code -----BEGIN CERTIFICATE-----} on
   */
  public B trustPem(String certificates) {
    this.trusted = new TlsPem.Trusted.InText(certificates);
    return tls();
  }

  /**
   * Connections use TLS and show this certificate, for clusters that demand one.
   *
   * @param certificate a PEM file, with the chain to the authority if there is one
   * @param privateKey a PEM file, PKCS #8 without a password
   */
  public B clientCertificate(Path certificate, Path privateKey) {
    this.own = new TlsPem.Own.InFiles(certificate, privateKey);
    return tls();
  }

  /**
   * As {@link #clientCertificate(Path, Path)}, with certificate and key themselves.
   *
   * @param certificate PEM, with the chain to the authority if there is one
   * @param privateKey PEM, PKCS #8 without a password; no message repeats it
   */
  public B clientCertificatePem(String certificate, String privateKey) {
    this.own = new TlsPem.Own.InText(certificate, privateKey);
    return tls();
  }

  /**
   * Accepts plain text to any address: whoever can listen on the way then learns key and data. For
   * networks that are protected otherwise.
   */
  public B insecure() {
    this.insecure = true;
    return self();
  }

  List<NodeAddress> checkedNodes() {
    if (nodes.isEmpty()) {
      throw new IllegalStateException("no nodes given: call nodes(\"host:7400\", ...) first");
    }
    ConnectionSecurity security = checkedSecurity();
    for (NodeAddress node : nodes) {
      if (!security.permits(node)) {
        throw new IllegalStateException(
            "%s is not on this machine and would be sent the key in plain text: call tls() or trust(..), or insecure() if the network is protected otherwise"
                .formatted(node));
      }
    }
    return nodes;
  }

  ConnectionSecurity checkedSecurity() {
    if (key == null) {
      throw new IllegalStateException("no key given: call apiKey(..) or apiKeyFile(..) first");
    }
    return new ConnectionSecurity(
        key,
        tls
            ? Optional.of(new TlsPem(Optional.ofNullable(trusted), Optional.ofNullable(own)))
            : Optional.empty(),
        insecure);
  }

  Duration requestTimeout() {
    return requestTimeout;
  }
}
