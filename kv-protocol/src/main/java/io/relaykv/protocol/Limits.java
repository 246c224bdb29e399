package io.relaykv.protocol;

/** The sizes that clients and servers agree on. */
public final class Limits {
  /** The longest key, in bytes; a key has at least one. */
  public static final int MAX_KEY_BYTES = 512;

  /** The largest value, in bytes of UTF-8 in canonical form. */
  public static final int MAX_VALUE_BYTES = 1 << 20;

  /** How many arrays and objects may lie inside one another, the outermost included. */
  public static final int MAX_JSON_DEPTH = 64;

  /** How many keys a page holds at most if the client does not say. */
  public static final int DEFAULT_PAGE_KEYS = 1_000;

  /** How many keys a client may ask for in one page. */
  public static final int MAX_PAGE_KEYS = 10_000;

  /** The most that the keys of one page may add up to, in bytes. */
  public static final int MAX_PAGE_BYTES = 1 << 20;

  /** The largest frame, that is one gRPC message on the client port, in bytes. */
  public static final int MAX_FRAME_BYTES = 2 << 20;

  /** How many requests a frame holds at most. */
  public static final int MAX_FRAME_REQUESTS = 10_000;

  /** The length of a session id, in bytes. */
  public static final int SESSION_ID_BYTES = 16;

  /** How many accounts a cluster has at most. */
  public static final int MAX_ACCOUNTS = 10_000;

  /** How many API keys an account has at most. */
  public static final int MAX_API_KEYS_PER_ACCOUNT = 1_000;

  /** How many API keys a cluster has at most; every node holds all of them in memory. */
  public static final int MAX_API_KEYS = 100_000;

  /** The longest label of an API key, in characters. */
  public static final int MAX_LABEL_CHARACTERS = 128;

  /** The largest part of a backup, in bytes; a single row may have as many. */
  public static final int MAX_BACKUP_PART_BYTES = (1 << 20) + (4 << 10);

  private Limits() {}
}
