package io.relaykv.server.tls;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A file of certificates or with a key.
 *
 * @param setting the key of the setting that names it
 */
record PemFile(String setting, Path path) {
  /** The text of the file, whatever it is. */
  String read() throws PemException {
    try {
      // Never fails on a character: what is no PEM file is found out by whoever parses it.
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new PemException(this, "does not exist");
    } catch (AccessDeniedException e) {
      throw new PemException(this, "may not be read by this user");
    } catch (IOException e) {
      throw new PemException(this, "cannot be read: " + e.getMessage());
    }
  }

  /** The certificates in {@code text}, at least one. */
  List<X509Certificate> certificates(String text) throws PemException {
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new PemException(this, "holds no certificate");
    }
    try {
      return List.of(CertificateUtils.getX509Certificates(bytes(text)));
    } catch (CertificateException e) {
      throw new PemException(this, "holds a damaged certificate");
    }
  }

  /** The private key in {@code text}. */
  PrivateKey privateKey(String text) throws PemException {
    if (text.contains("ENCRYPTED")) {
      throw new PemException(
          this, "is encrypted: take the password off with `openssl pkey -in .. -out ..`");
    }
    if (text.contains("-----BEGIN EC P") || text.contains("-----BEGIN RSA P")) {
      throw new PemException(
          this, "is not in PKCS#8: convert it with `openssl pkcs8 -topk8 -nocrypt -in .. -out ..`");
    }
    if (!text.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new PemException(this, "holds no private key");
    }
    try {
      return CertificateUtils.getPrivateKey(bytes(text));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      // Without the cause, which may quote the key.
      throw new PemException(
          this, "holds a damaged private key, or one that is neither EC nor RSA");
    }
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public String toString() {
    return "`%s` = %s".formatted(setting, path);
  }
}
