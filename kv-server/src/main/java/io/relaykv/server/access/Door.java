package io.relaykv.server.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.relaykv.protocol.ApiKeyText;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every call on the client port. Without a rule for its method, or a key of the right
 * form and kind, a call goes no further. Admin keys are checked here; API keys at the leader for
 * each request, as they are replicated state.
 */
public final class Door implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  private final AdminKeys adminKeys;
  private final Refusals refusals;
  private final Consumer<SocketAddress> authenticated;

  /**
   * Tells {@code refusals} of every call that goes no further.
   *
   * @param authenticated told where a valid admin key was shown
   */
  public Door(AdminKeys adminKeys, Refusals refusals, Consumer<SocketAddress> authenticated) {
    this.adminKeys = adminKeys;
    this.refusals = refusals;
    this.authenticated = authenticated;
  }

  @Override
  public <Q, P> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
    Optional<KeyKind> rule = MethodRules.of(call.getMethodDescriptor());
    if (rule.isEmpty()) {
      return end(call, Status.UNIMPLEMENTED.withDescription("not served"));
    }
    Optional<ApiKeyText> key = key(headers);
    Caller caller = new Caller(remote(call), key.map(ApiKeyText::id).orElse(""));
    String method = Objects.requireNonNull(call.getMethodDescriptor().getBareMethodName());
    if (key.isEmpty()) {
      boolean more = refusals.unauthenticated(caller, method, "");
      return end(call, more ? unauthenticated() : tooMany());
    }
    if (key.get().isAdmin() != (rule.get() == KeyKind.ADMIN)) {
      boolean more = refusals.forbidden(caller, method, "");
      return end(call, more ? wrongKind(rule.get()) : tooMany());
    }
    Context context = Context.current().withValue(Caller.CONTEXT, caller);
    if (rule.get() == KeyKind.ACCOUNT) {
      context = context.withValue(PresentedKey.CONTEXT, new PresentedKey(key.get()));
    } else if (!adminKeys.accepts(key.get().secretSha256())) {
      boolean more = refusals.unauthenticated(caller, method, "");
      return end(call, more ? unauthenticated() : tooMany());
    } else {
      authenticated.accept(caller.remote());
    }
    return Contexts.interceptCall(context, call, headers, next);
  }

  private static Optional<ApiKeyText> key(Metadata headers) {
    @Nullable Iterable<String> values = headers.getAll(AUTHORIZATION);
    if (values == null) {
      return Optional.empty();
    }
    Iterator<String> all = values.iterator();
    String value = all.next();
    // Of two, someone between might have looked at the other one.
    if (all.hasNext() || !value.startsWith(SCHEME)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ApiKeyText.parse(value.substring(SCHEME.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static SocketAddress remote(ServerCall<?, ?> call) {
    SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote == null ? InetSocketAddress.createUnresolved("unknown", 0) : remote;
  }

  private static Status unauthenticated() {
    return Status.UNAUTHENTICATED.withDescription(Refusals.KEY_NOT_VALID);
  }

  private static Status tooMany() {
    return Status.RESOURCE_EXHAUSTED.withDescription(Refusals.TOO_MANY);
  }

  private static Status wrongKind(KeyKind wanted) {
    return Status.PERMISSION_DENIED.withDescription(
        switch (wanted) {
          case ACCOUNT -> "this needs an API key of an account, not an admin key";
          case ADMIN -> "this needs an admin key, not an API key of an account";
        });
  }

  private static <Q, P> ServerCall.Listener<Q> end(ServerCall<Q, P> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
