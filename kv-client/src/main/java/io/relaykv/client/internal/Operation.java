package io.relaykv.client.internal;

import io.relaykv.client.OperationKind;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import java.util.concurrent.CompletableFuture;

/**
 * One call of the application, from its beginning to its end. What is not final is confined to the
 * client's event loop.
 */
final class Operation {
  /** Id and sequence number are set when it is first sent. */
  private final Request.Builder request;

  private final boolean write;
  private final boolean patient;
  private final int sizeBytes;
  private final long startNanos;
  private final long deadlineNanos;
  private final CompletableFuture<Response> future = new CompletableFuture<>();
  private long number;

  /** Copies sent and not answered. */
  private int openCopies;

  private boolean sent;

  /**
   * @param patient whether it waits for the cluster to serve: its deadline is not of the client's
   *     timeout, and it is none of the application's operations on data
   */
  Operation(
      Request.Builder request,
      int sizeBytes,
      long startNanos,
      long deadlineNanos,
      boolean patient) {
    this.request = request;
    this.patient = patient;
    this.write = request.hasPut() || request.hasDelete();
    this.sizeBytes = sizeBytes;
    this.startNanos = startNanos;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Gives it its place among the operations of this client: {@code number} rises from one to the
   * next.
   */
  void numbered(long number, long sequence) {
    this.number = number;
    request.setId(number);
    if (write) {
      request.setSequence(sequence);
    }
  }

  Request toRequest() {
    openCopies++;
    sent = true;
    return request.build();
  }

  /** Whether it puts or deletes. */
  boolean isWrite() {
    return write;
  }

  /** Whether it has a deadline of its own, sooner or later than its neighbours'. */
  boolean isPatient() {
    return patient;
  }

  /** Whether it asks for nothing behind the barrier. */
  boolean isBarrier() {
    return request.hasBarrier();
  }

  /** Whether it has been sent before. */
  boolean isSent() {
    return sent;
  }

  OperationKind kind() {
    return switch (request.getOpCase()) {
      case GET -> OperationKind.GET;
      case PUT -> OperationKind.PUT;
      case DELETE -> OperationKind.DELETE;
      case KEYS -> OperationKind.KEYS;
      case BARRIER, OP_NOT_SET -> OperationKind.PING;
    };
  }

  /** Whether a copy of it has been sent of whose fate nothing is known. */
  boolean mayHaveBeenApplied() {
    return write && openCopies > 0;
  }

  /** A node has said that it did not, and will not, apply the copy that it was sent. */
  void copyNotApplied() {
    openCopies--;
  }

  long number() {
    return number;
  }

  long sequence() {
    return request.getSequence();
  }

  int sizeBytes() {
    return sizeBytes;
  }

  long startNanos() {
    return startNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  CompletableFuture<Response> future() {
    return future;
  }

  boolean isDone() {
    return future.isDone();
  }

  /** For people: what was asked for. */
  @Override
  public String toString() {
    return switch (request.getOpCase()) {
      case GET -> "get " + request.getGet().getKey();
      case PUT -> "put " + request.getPut().getKey();
      case DELETE -> "delete " + request.getDelete().getKey();
      case KEYS ->
          request.getKeys().getPrefix().isEmpty()
              ? "keys"
              : "keys " + request.getKeys().getPrefix();
      case BARRIER -> patient ? "awaitReady" : "ping";
      case OP_NOT_SET -> "nothing";
    };
  }
}
