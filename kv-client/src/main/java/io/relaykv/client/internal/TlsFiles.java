package io.relaykv.client.internal;

import java.nio.file.Path;
import java.util.Optional;

/**
 * PEM files for TLS.
 *
 * @param trusted certificates of the authorities that nodes' certificates are checked against;
 *     empty for those that Java trusts
 * @param own what the client shows of itself, if anything
 */
public record TlsFiles(Optional<Path> trusted, Optional<Own> own) {
  /** A certificate chain and its private key. */
  public record Own(Path certificate, Path key) {}
}
