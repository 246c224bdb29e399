package io.relaykv.client.internal;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.ConnectTimeoutException;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words for people why a node could not be used. */
final class Causes {
  private Causes() {}

  /** Whether a node has said that the key is not valid, or not for this. */
  static boolean isKeyRefused(Status status) {
    return status.getCode() == Status.Code.UNAUTHENTICATED
        || status.getCode() == Status.Code.PERMISSION_DENIED;
  }

  static String describe(Status status) {
    Throwable root = root(status.getCause());
    if (root instanceof ConnectTimeoutException) {
      return "no connection in time";
    }
    if (root instanceof ConnectException) {
      return "connection refused";
    }
    if (root instanceof UnknownHostException) {
      return "unknown host";
    }
    if (root instanceof NoRouteToHostException) {
      return "no route to host";
    }
    if (root instanceof NotSslRecordException) {
      return "TLS failed (the node does not speak TLS there)";
    }
    if (root instanceof SSLException || root instanceof GeneralSecurityException) {
      return "TLS failed (" + root.getMessage() + ")";
    }
    return switch (status.getCode()) {
      case OK -> "the node ended the connection";
      case UNAVAILABLE ->
          PlainTextCalls.endedBeforeHttp2(status)
              ? "closed the connection at once (does it expect TLS?)"
              : "connection lost"
                  + (root == null ? detail(status) : " (" + root.getMessage() + ")");
      case UNIMPLEMENTED -> "no RelayKV node answers there" + detail(status);
      case UNAUTHENTICATED, PERMISSION_DENIED -> "not allowed" + detail(status);
      case DEADLINE_EXCEEDED -> "no answer in time";
      case FAILED_PRECONDITION -> words(status);
      default -> status.getCode() + detail(status);
    };
  }

  /** The node's own words. */
  static String words(Status status) {
    String words = status.getDescription();
    return words == null || words.isEmpty() ? status.getCode().toString() : words;
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
