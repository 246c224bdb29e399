package io.relaykv.server.access;

import io.grpc.Context;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Who makes a call, as far as is known before the account's keys are looked at.
 *
 * @param remote where the call comes from
 * @param keyId the public part of the key that was shown; empty if none could be read
 */
public record Caller(SocketAddress remote, String keyId) {
  /** Of the call that the present thread handles. */
  public static final Context.Key<Caller> CONTEXT = Context.key("relaykv-caller");

  /** What one machine cannot change at will: the address as {@link Neighbourhood} counts it. */
  String neighbourhood() {
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? Neighbourhood.of(inet.getAddress()).getHostAddress()
        : address();
  }

  private String address() {
    if (remote instanceof InetSocketAddress inet) {
      return inet.getAddress() == null ? inet.getHostString() : inet.getAddress().getHostAddress();
    }
    return remote.toString();
  }

  /** The address with the port, for the audit log. */
  String remoteText() {
    return remote instanceof InetSocketAddress inet
        ? address() + ":" + inet.getPort()
        : remote.toString();
  }
}
