package io.relaykv.server.access;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** The admin keys that this node accepts. */
public final class AdminKeys {
  private final List<byte[]> hashes;

  /** From the hashes in the configuration, in hexadecimal. */
  public AdminKeys(List<String> sha256) {
    this.hashes = sha256.stream().map(HexFormat.of()::parseHex).toList();
  }

  /** Whether one of them has a secret with this hash; takes the same time whichever it is. */
  boolean accepts(byte[] secretSha256) {
    boolean accepted = false;
    for (byte[] hash : hashes) {
      accepted |= MessageDigest.isEqual(hash, secretSha256);
    }
    return accepted;
  }
}
