package io.relaykv.server.api;

import io.relaykv.protocol.Limits;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.server.access.Grant;
import io.relaykv.statemachine.LiveStore;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreException;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Answers from the applied state, behind the barrier: reads, and requests that the state as it was
 * before did not allow. Thread-safe.
 */
final class StoreReader {
  private final StreamAccess access;
  private final LiveStore store;
  private final BiConsumer<String, Throwable> storeFailed;

  /**
   * @param storeFailed told when the store cannot be read; must not block
   */
  StoreReader(StreamAccess access, LiveStore store, BiConsumer<String, Throwable> storeFailed) {
    this.access = access;
    this.store = store;
    this.storeFailed = storeFailed;
  }

  Response answer(Request request) {
    try {
      return store.with(open -> answer(open, request));
    } catch (StoreUnavailableException e) {
      return unavailable(request, "this node's store is not open");
    } catch (StoreException e) {
      storeFailed.accept("cannot read from the store", e);
      return unavailable(request, "this node cannot read its store");
    } catch (IllegalArgumentException e) {
      return Responses.failure(
          request.getId(), Failure.Code.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static Response unavailable(Request request, String message) {
    return Responses.failure(request.getId(), Failure.Code.UNAVAILABLE, message);
  }

  private Response answer(KvStore open, Request request) {
    Optional<Grant> grant = access.grant();
    if (grant.isEmpty()) {
      return access.notValid(request);
    }
    if (!StreamAccess.allows(grant.get(), request)) {
      return access.forbidden(request);
    }
    long accountId = grant.get().accountId();
    Requests.check(request);
    return switch (request.getOpCase()) {
      case GET -> Responses.value(request.getId(), open.get(accountId, request.getGet().getKey()));
      case KEYS -> keys(open, accountId, request);
      case PUT, DELETE, OP_NOT_SET ->
          unavailable(request, "the API key has just become valid; send it again");
    };
  }

  private static Response keys(KvStore open, long accountId, Request request) {
    Keys keys = request.getKeys();
    int limit = keys.getLimit() == 0 ? Limits.DEFAULT_PAGE_KEYS : keys.getLimit();
    return Responses.page(
        request.getId(),
        open.scanKeys(accountId, keys.getPrefix(), keys.getAfter(), limit, Limits.MAX_PAGE_BYTES));
  }
}
