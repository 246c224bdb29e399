package io.relaykv.server.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** How a certificate names a node: by one URI among its subject alternative names. */
public final class NodeCertificate {
  /** In front of the node's id. */
  public static final String URN = "urn:relaykv:node:";

  /** RFC 5280, 4.2.1.6: uniformResourceIdentifier. */
  private static final Integer URI = 6;

  private NodeCertificate() {}

  /** The node that {@code certificate} names; empty if it names none, or more than one. */
  public static Optional<String> nodeId(X509Certificate certificate) {
    List<String> ids;
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      ids =
          names == null
              ? List.of()
              : names.stream()
                  .filter(name -> URI.equals(name.get(0)))
                  .map(name -> String.valueOf(name.get(1)))
                  .filter(uri -> uri.startsWith(URN))
                  .map(uri -> uri.substring(URN.length()))
                  .toList();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
    return ids.size() == 1 ? Optional.of(ids.get(0)) : Optional.empty();
  }
}
