package io.relaykv.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its owner has it: {@code rk_<id>_<secret>}.
 *
 * <pre>
 *   rk_17_9f86d0...       API key 17 of an account
 *   rk_admin_60303a...    an admin key
 * </pre>
 *
 * The id is public; the secret is 32 random bytes in hexadecimal. Clusters keep only its SHA-256:
 * with so many random bits there is nothing to guess that a slower hash would protect. Never prints
 * the secret.
 */
public final class ApiKeyText {
  /** The id of every admin key. */
  public static final String ADMIN = "admin";

  /** How many bytes a secret has. */
  public static final int SECRET_BYTES = 32;

  /** How many bytes a secret's hash has. */
  public static final int HASH_BYTES = 32;

  private static final Pattern FORM =
      Pattern.compile("rk_(?<id>admin|[1-9][0-9]{0,17})_(?<secret>[0-9a-f]{64})");

  private final String id;
  private final byte[] secret;

  private ApiKeyText(String id, byte[] secret) {
    this.id = id;
    this.secret = secret;
  }

  /** The key of that id with that secret. */
  public static ApiKeyText of(String id, byte[] secret) {
    return parse("rk_" + id + "_" + HexFormat.of().formatHex(secret));
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if {@code text} is none; the message does not repeat it
   */
  public static ApiKeyText parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "this is no API key: one looks like rk_17_ or rk_admin_ and 64 hexadecimal digits");
    }
    return new ApiKeyText(matcher.group("id"), HexFormat.of().parseHex(matcher.group("secret")));
  }

  /** The number of an API key, or {@value #ADMIN}. */
  public String id() {
    return id;
  }

  /** Whether it is an admin key. */
  public boolean isAdmin() {
    return id.equals(ADMIN);
  }

  /** What clusters keep of the secret. */
  public byte[] secretSha256() {
    return sha256(secret);
  }

  /** The SHA-256 of a secret. */
  public static byte[] sha256(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The whole key with its secret, for the one place that may see it. */
  public String reveal() {
    return "rk_" + id + "_" + HexFormat.of().formatHex(secret);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ApiKeyText key
        && id.equals(key.id)
        && MessageDigest.isEqual(secret, key.secret);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.hashCode(secret);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "rk_" + id + "_(secret)";
  }
}
