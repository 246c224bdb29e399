package io.relaykv.client.internal;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Says in words for people why a node could not be used. */
final class Causes {
  private Causes() {}

  static String describe(Status status) {
    Throwable root = root(status.getCause());
    if (root instanceof ConnectException) {
      return "connection refused";
    }
    if (root instanceof UnknownHostException) {
      return "unknown host";
    }
    return switch (status.getCode()) {
      case OK -> "the node ended the connection";
      case UNAVAILABLE ->
          "connection lost" + (root == null ? detail(status) : " (" + root.getMessage() + ")");
      case UNIMPLEMENTED -> "no RelayKV node answers there" + detail(status);
      case DEADLINE_EXCEEDED -> "no answer in time";
      default -> status.getCode() + detail(status);
    };
  }

  private static String detail(Status status) {
    return status.getDescription() == null ? "" : " (" + status.getDescription() + ")";
  }

  private static @Nullable Throwable root(@Nullable Throwable cause) {
    Throwable root = cause;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
