package io.relaykv.server.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** An authority that signs certificates for tests: good ones, and each kind of bad one. */
public final class TestCertificates {
  private static final Duration DAY = Duration.ofDays(1);

  private final X500Name name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  private TestCertificates(X500Name name, KeyPair keys, X509Certificate certificate) {
    this.name = name;
    this.keys = keys;
    this.certificate = certificate;
  }

  /** A certificate with its key. */
  public record Issued(X509Certificate certificate, PrivateKey key) {
    /** Writes NAME.crt and NAME.key. */
    public void write(Path directory, String name) {
      writePem(directory.resolve(name + ".crt"), certificate);
      writePem(directory.resolve(name + ".key"), key);
    }
  }

  /** A new authority. */
  public static TestCertificates authority(String commonName) {
    X500Name name = new X500Name("CN=" + commonName);
    KeyPair keys = newKeys();
    return new TestCertificates(name, keys, new Request(name).authority().sign(name, keys, keys));
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** Writes the authority's certificate. */
  public void write(Path file) {
    writePem(file, certificate);
  }

  /** Begins a certificate that this authority signs. */
  public Request certificateFor(String commonName) {
    return new Request(new X500Name("CN=" + commonName), this);
  }

  /** As a node's peer port needs it. */
  public Request peer(String nodeId) {
    return certificateFor(nodeId).onLoopback().naming(nodeId).forServers().forClients();
  }

  /** What a certificate is to say; valid from yesterday for a year unless told otherwise. */
  public static final class Request {
    private final X500Name subject;
    private final @Nullable TestCertificates issuer;
    private final List<GeneralName> names = new ArrayList<>();
    private final List<KeyPurposeId> usages = new ArrayList<>();
    private boolean isAuthority;
    private Instant from = Instant.now().minus(DAY);
    private Instant until = Instant.now().plus(Duration.ofDays(365));

    private Request(X500Name subject) {
      this(subject, null);
    }

    private Request(X500Name subject, @Nullable TestCertificates issuer) {
      this.subject = subject;
      this.issuer = issuer;
    }

    private Request authority() {
      isAuthority = true;
      return this;
    }

    public Request onLoopback() {
      return at("127.0.0.1");
    }

    public Request at(String ip) {
      names.add(new GeneralName(GeneralName.iPAddress, ip));
      return this;
    }

    public Request naming(String nodeId) {
      names.add(
          new GeneralName(GeneralName.uniformResourceIdentifier, NodeCertificate.URN + nodeId));
      return this;
    }

    public Request forServers() {
      usages.add(KeyPurposeId.id_kp_serverAuth);
      return this;
    }

    public Request forClients() {
      usages.add(KeyPurposeId.id_kp_clientAuth);
      return this;
    }

    public Request expired() {
      until = Instant.now().minus(Duration.ofHours(1));
      return this;
    }

    public Request notYetValid() {
      from = Instant.now().plus(Duration.ofHours(1));
      return this;
    }

    public Request validFor(Duration duration) {
      until = Instant.now().plus(duration);
      return this;
    }

    public Issued signed() {
      KeyPair own = newKeys();
      return new Issued(sign(issuer.name, own, issuer.keys), own.getPrivate());
    }

    /** By its own key rather than by the authority, whose name it has. */
    public Issued selfSigned() {
      KeyPair own = newKeys();
      return new Issued(sign(subject, own, own), own.getPrivate());
    }

    private X509Certificate sign(X500Name issuerName, KeyPair own, KeyPair signer) {
      try {
        JcaX509v3CertificateBuilder builder =
            new JcaX509v3CertificateBuilder(
                issuerName,
                new BigInteger(64, new SecureRandom()),
                Date.from(from),
                Date.from(until),
                subject,
                own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        builder.addExtension(
            Extension.keyUsage,
            true,
            new KeyUsage(isAuthority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
        if (!names.isEmpty()) {
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        if (!usages.isEmpty()) {
          builder.addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(usages.toArray(KeyPurposeId[]::new)));
        }
        return new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
      } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keys as PKCS#8. */
  private static void writePem(Path file, Object content) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          content instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      // As operators should: never half of a file.
      Path written =
          Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text.toString());
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
