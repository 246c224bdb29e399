package io.relaykv.client.internal;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that certifies what a test asks for. */
final class TestCertificates {
  private static final Duration VALID = Duration.ofDays(1);

  private final X500Name name;
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;

  TestCertificates(String name) {
    this.name = new X500Name("CN=" + name);
    this.certificate = certify(this.name, keys, null, Instant.now().plus(VALID));
  }

  /** The authority's certificate as PEM. */
  String pem() {
    return pem("CERTIFICATE", encoded(certificate));
  }

  /** What a node at this address shows. */
  Certified forAddress(String address) {
    return forAddress(address, Instant.now().plus(VALID));
  }

  Certified forAddress(String address, Instant notAfter) {
    KeyPair own = newKeys();
    int kind = Character.isDigit(address.charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName;
    GeneralNames names = new GeneralNames(new GeneralName(kind, address));
    return new Certified(own, certify(new X500Name("CN=node"), own, names, notAfter));
  }

  /** A certificate and its private key. */
  record Certified(KeyPair keys, X509Certificate certificate) {
    SslContext serverContext() {
      return serverContext(ClientAuth.NONE, certificate);
    }

    SslContext serverContext(ClientAuth clients, X509Certificate authority) {
      try {
        return GrpcSslContexts.configure(
                SslContextBuilder.forServer(keys.getPrivate(), certificate)
                    .trustManager(authority)
                    .clientAuth(clients))
            .build();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    String certificatePem() {
      return pem("CERTIFICATE", encoded(certificate));
    }

    String keyPem() {
      return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    Path certificateIn(Path directory) throws IOException {
      return Files.writeString(directory.resolve("own.crt"), certificatePem());
    }

    Path keyIn(Path directory) throws IOException {
      return Files.writeString(directory.resolve("own.key"), keyPem());
    }
  }

  X509Certificate certificate() {
    return certificate;
  }

  private X509Certificate certify(
      X500Name subject, KeyPair subjectKeys, GeneralNames names, Instant notAfter) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(System.nanoTime()),
              Date.from(Instant.now().minus(VALID).minus(VALID)),
              Date.from(notAfter),
              subject,
              subjectKeys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(names == null));
      if (names != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
  }
}
