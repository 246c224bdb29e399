package io.relaykv.shell.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates in a PEM file. */
public final class PemFile {
  private PemFile() {}

  /**
   * All of them, at least one.
   *
   * @throws IOException if the file cannot be read, or holds none
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new IOException("it holds no certificate");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new IOException("it holds no certificates: " + e.getMessage(), e);
    }
  }
}
