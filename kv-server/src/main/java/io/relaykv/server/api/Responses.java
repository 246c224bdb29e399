package io.relaykv.server.api;

import com.google.protobuf.UnsafeByteOperations;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.KeyPage;
import io.relaykv.protocol.v1.Missing;
import io.relaykv.protocol.v1.Passed;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.Written;
import io.relaykv.server.access.Refusals;
import io.relaykv.server.raft.WriteOutcome;
import io.relaykv.statemachine.store.ScanPage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes responses. */
final class Responses {
  private Responses() {}

  static Response value(long id, byte @Nullable [] value) {
    Response.Builder response = Response.newBuilder().setId(id);
    return value == null
        ? response.setMissing(Missing.getDefaultInstance()).build()
        : response.setValue(UnsafeByteOperations.unsafeWrap(value)).build();
  }

  static Response page(long id, ScanPage page) {
    return Response.newBuilder()
        .setId(id)
        .setPage(KeyPage.newBuilder().addAllKeys(page.keys()).setMore(page.more()))
        .build();
  }

  static Response passed(long id) {
    return Response.newBuilder().setId(id).setPassed(Passed.getDefaultInstance()).build();
  }

  /**
   * @param overQuota says in words how much the account holds and may hold
   */
  static Response written(long id, WriteOutcome outcome, Supplier<String> overQuota) {
    if (outcome instanceof WriteOutcome.Applied) {
      return Response.newBuilder().setId(id).setWritten(Written.getDefaultInstance()).build();
    }
    if (outcome instanceof WriteOutcome.NotLeading) {
      return notLeader(id);
    }
    if (outcome instanceof WriteOutcome.Unavailable unavailable) {
      return failure(id, Failure.Code.UNAVAILABLE, unavailable.reason());
    }
    if (outcome instanceof WriteOutcome.Unknown unknown) {
      return failure(id, Failure.Code.OUTCOME_UNKNOWN, unknown.reason());
    }
    if (outcome instanceof WriteOutcome.NotAllowed) {
      return failure(id, Failure.Code.UNAUTHENTICATED, Refusals.KEY_NOT_VALID);
    }
    if (outcome instanceof WriteOutcome.OverQuota) {
      return failure(id, Failure.Code.REFUSED, overQuota.get());
    }
    if (outcome instanceof WriteOutcome.Malformed) {
      return failure(id, Failure.Code.INVALID, "the cluster takes this write for malformed");
    }
    return failure(
        id, Failure.Code.OUTCOME_UNKNOWN, "the client had given the write up before it arrived");
  }

  static Response notLeader(long id) {
    return failure(id, Failure.Code.NOT_LEADER, "this node does not lead");
  }

  static Response failure(long id, Failure.Code code, String message) {
    return Response.newBuilder()
        .setId(id)
        .setFailure(Failure.newBuilder().setCode(code).setMessage(message))
        .build();
  }
}
