package io.relaykv.server.access;

/** Which kind of key a method demands. */
public enum KeyKind {
  /** An API key of an account. */
  ACCOUNT,
  /** An admin key. */
  ADMIN
}
