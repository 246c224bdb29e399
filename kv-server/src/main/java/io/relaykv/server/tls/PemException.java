package io.relaykv.server.tls;

/** A PEM file cannot be used. The message names its setting and its path, and says why. */
final class PemException extends Exception {
  private static final long serialVersionUID = 1L;

  PemException(PemFile file, String reason) {
    super("%s %s".formatted(file, reason));
  }
}
