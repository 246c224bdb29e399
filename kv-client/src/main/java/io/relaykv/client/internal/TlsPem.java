package io.relaykv.client.internal;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * PEM for TLS, in files or as text.
 *
 * @param trusted certificates of the authorities that nodes' certificates are checked against;
 *     empty for those that Java trusts
 * @param own what the client shows of itself, if anything
 */
public record TlsPem(Optional<Trusted> trusted, Optional<Own> own) {
  /** Certificates of authorities. */
  public sealed interface Trusted {
    /** Read again when it has changed. */
    record InFile(Path path) implements Trusted {}

    /** In memory. */
    record InText(String certificates) implements Trusted {}
  }

  /** A certificate chain and its private key. */
  public sealed interface Own {
    /** Read again when they have changed. */
    record InFiles(Path certificate, Path key) implements Own {}

    /** In memory. */
    record InText(String certificate, String key) implements Own {
      /** Without the key. */
      @Override
      public String toString() {
        return "PEM in memory";
      }
    }
  }

  /** Those that it is in. */
  Stream<Path> files() {
    return Stream.concat(
        trusted.stream()
            .flatMap(
                in -> in instanceof Trusted.InFile file ? Stream.of(file.path()) : Stream.empty()),
        own.stream()
            .flatMap(
                in ->
                    in instanceof Own.InFiles files
                        ? Stream.of(files.certificate(), files.key())
                        : Stream.empty()));
  }
}
