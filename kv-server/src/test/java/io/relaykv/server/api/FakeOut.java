package io.relaykv.server.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's end of a stream: keeps what it is sent. */
final class FakeOut extends ServerCallStreamObserver<ServerFrame> {
  private final List<ServerFrame> frames = new ArrayList<>();
  private @Nullable Status end;
  private @Nullable RuntimeException failure;
  private volatile boolean ready = true;
  private volatile boolean cancelled;
  private int framesAskedFor;
  private int ends;
  private int sentBehindTheEnd;

  synchronized List<ServerFrame> frames() {
    return List.copyOf(frames);
  }

  /** The ids of all responses, in the order in which they came. */
  synchronized List<Long> ids() {
    return frames.stream()
        .flatMap(frame -> frame.getResponsesList().stream())
        .map(Response::getId)
        .toList();
  }

  synchronized List<Response> responses() {
    return frames.stream().flatMap(frame -> frame.getResponsesList().stream()).toList();
  }

  synchronized @Nullable Status end() {
    return end;
  }

  synchronized int ends() {
    return ends;
  }

  synchronized int sentBehindTheEnd() {
    return sentBehindTheEnd;
  }

  synchronized int framesAskedFor() {
    return framesAskedFor;
  }

  synchronized void failWith(RuntimeException thrown) {
    failure = thrown;
  }

  void ready(boolean takesMore) {
    ready = takesMore;
  }

  /** The client is gone. */
  void cancel() {
    cancelled = true;
  }

  @Override
  public synchronized void onNext(ServerFrame frame) {
    if (end != null) {
      sentBehindTheEnd++;
      throw new IllegalStateException("the call is closed");
    }
    if (failure != null) {
      throw failure;
    }
    frames.add(frame);
  }

  @Override
  public synchronized void onError(Throwable cause) {
    ends++;
    end = Status.fromThrowable(cause);
  }

  @Override
  public synchronized void onCompleted() {
    ends++;
    end = Status.OK;
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public synchronized void request(int count) {
    framesAskedFor += count;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void setOnCancelHandler(@Nullable Runnable handler) {}

  @Override
  public void setOnReadyHandler(@Nullable Runnable handler) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void setMessageCompression(boolean enable) {}

  @Override
  public void setCompression(String compression) {}
}
