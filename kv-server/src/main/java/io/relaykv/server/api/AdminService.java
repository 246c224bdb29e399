package io.relaykv.server.api;

import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import java.util.function.Supplier;

/** The operator's path. */
final class AdminService extends AdminGrpc.AdminImplBase {
  private final Supplier<StatusResponse> status;

  AdminService(Supplier<StatusResponse> status) {
    this.status = status;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> response) {
    response.onNext(status.get());
    response.onCompleted();
  }
}
