package io.relaykv.client.internal;

import io.grpc.Status;

/** A node, or the connection to it, was lost after it had sent some of what it was to send. */
final class LostStreamException extends RuntimeException {
  private final String node;

  LostStreamException(String node, Status status) {
    super(Causes.describe(status), status.getCause());
    this.node = node;
  }

  /** Its address. */
  String node() {
    return node;
  }
}
