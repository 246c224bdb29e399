package io.relaykv.server.tls;

import io.relaykv.server.config.NodeConfig.ClientTls;
import io.relaykv.server.config.NodeConfig.PeerTls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one port.
 *
 * @param authorities null if callers need no certificate
 */
record CredentialFiles(PemFile certificate, PemFile key, @Nullable PemFile authorities) {
  static CredentialFiles of(ClientTls tls) {
    return new CredentialFiles(
        new PemFile("tls.client.certificate", tls.certificate()),
        new PemFile("tls.client.key", tls.key()),
        tls.clientCa() == null ? null : new PemFile("tls.client.client-ca", tls.clientCa()));
  }

  static CredentialFiles of(PeerTls tls) {
    return new CredentialFiles(
        new PemFile("tls.peer.certificate", tls.certificate()),
        new PemFile("tls.peer.key", tls.key()),
        new PemFile("tls.peer.ca", tls.ca()));
  }

  /** The texts of all files, in the order of the fields. */
  List<String> read() throws PemException {
    List<String> texts = new ArrayList<>();
    texts.add(certificate.read());
    texts.add(key.read());
    if (authorities != null) {
      texts.add(authorities.read());
    }
    return texts;
  }

  Credentials parse(List<String> texts) throws PemException {
    return new Credentials(
        certificate.certificates(texts.get(0)),
        key.privateKey(texts.get(1)),
        authorities == null ? List.of() : authorities.certificates(texts.get(2)));
  }
}
