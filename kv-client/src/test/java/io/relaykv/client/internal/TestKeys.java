package io.relaykv.client.internal;

/** Keys to show to nodes that play a part. */
final class TestKeys {
  static final String SECRET = "0123456789abcdef".repeat(4);
  static final String API_KEY = "rk_17_" + SECRET;
  static final String ADMIN_KEY = "rk_admin_" + SECRET;

  private TestKeys() {}
}
