package io.relaykv.server.raft;

import java.util.Optional;
import java.util.function.Function;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * A call of a node on the peer port. A message to which there is an objection ends it; neither that
 * message nor any later one reaches Ratis. gRPC calls one method at a time.
 */
final class CheckedCall<Q> extends SimpleForwardingServerCallListener<Q> {
  private final ServerCall<Q, ?> call;
  private final String caller;
  private final Function<Object, Optional<String>> check;
  private final RefusedCalls refusedCalls;
  private boolean refused;

  /**
   * @param caller who calls, for people
   * @param check what is wrong with a message, if anything is
   */
  CheckedCall(
      ServerCall<Q, ?> call,
      ServerCall.Listener<Q> ratis,
      String caller,
      Function<Object, Optional<String>> check,
      RefusedCalls refusedCalls) {
    super(ratis);
    this.call = call;
    this.caller = caller;
    this.check = check;
    this.refusedCalls = refusedCalls;
  }

  @Override
  public void onMessage(Q message) {
    if (refused) {
      return;
    }
    Optional<String> objection = check.apply(message);
    if (objection.isEmpty()) {
      super.onMessage(message);
      return;
    }
    refused = true;
    refusedCalls.report(call, caller, objection.get());
    call.close(
        Status.PERMISSION_DENIED.withDescription(caller + " " + objection.get()), new Metadata());
    // For Ratis the stream has broken off.
    super.onCancel();
  }

  @Override
  public void onHalfClose() {
    if (!refused) {
      super.onHalfClose();
    }
  }

  @Override
  public void onReady() {
    if (!refused) {
      super.onReady();
    }
  }

  @Override
  public void onCancel() {
    if (!refused) {
      super.onCancel();
    }
  }

  @Override
  public void onComplete() {
    if (!refused) {
      super.onComplete();
    }
  }
}
