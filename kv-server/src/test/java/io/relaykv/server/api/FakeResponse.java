package io.relaykv.server.api;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The other end of a call with one answer: keeps what it gets, and every end. */
final class FakeResponse<P> implements StreamObserver<P> {
  final List<P> answers = new ArrayList<>();
  final List<Status> ends = new ArrayList<>();
  @Nullable Metadata trailers;

  @Override
  public void onNext(P answer) {
    if (!ends.isEmpty()) {
      throw new IllegalStateException("the call is closed");
    }
    answers.add(answer);
  }

  @Override
  public void onError(Throwable cause) {
    ends.add(Status.fromThrowable(cause));
    trailers = Status.trailersFromThrowable(cause);
  }

  @Override
  public void onCompleted() {
    ends.add(Status.OK);
  }
}
