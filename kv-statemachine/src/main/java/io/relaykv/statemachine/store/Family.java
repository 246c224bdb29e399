package io.relaykv.statemachine.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The column families, in the order in which the database is opened. */
enum Family {
  /** RocksDB insists on it; empty. */
  DEFAULT("default"),
  /** Account id and key to value ({@link KeyLayout}). */
  DATA("data"),
  /** Account id to account. */
  ACCOUNTS("accounts"),
  /** API key id to API key. */
  API_KEYS("api_keys"),
  /** Account id and session id to the session's applied writes. */
  SESSIONS("sessions"),
  /** Applied term and index, log time, format version. */
  META("meta"),
  /** Node name to when it was removed. */
  FORMER_MEMBERS("former_members");

  private final String id;

  Family(String id) {
    this.id = id;
  }

  boolean isNamed(byte[] name) {
    return Arrays.equals(nameBytes(), name);
  }

  byte[] nameBytes() {
    return id.getBytes(StandardCharsets.US_ASCII);
  }
}
