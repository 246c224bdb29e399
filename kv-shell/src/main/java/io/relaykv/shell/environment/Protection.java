package io.relaykv.shell.environment;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How connections are protected.
 *
 * @param tls whether they use TLS; otherwise plain text
 * @param trust authorities as PEM; empty for those of the system
 * @param own what is shown to nodes that ask who we are
 * @param plainTextAnywhere whether plain text may leave this machine
 */
public record Protection(
    boolean tls, Optional<Path> trust, Optional<OwnCertificate> own, boolean plainTextAnywhere) {
  static final Protection NONE = new Protection(false, Optional.empty(), Optional.empty(), false);

  /** PEM files. */
  public record OwnCertificate(Path certificate, Path key) {}
}
