package io.relaykv.server.api;

import io.relaykv.protocol.Limits;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.server.access.Grant;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.statemachine.LiveStore;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreException;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Answers behind the barrier: reads, from the applied state, and requests that are refused as far
 * as this node knew before it. Thread-safe.
 */
final class StoreReader {
  private final StreamAccess access;
  private final DiskGuard disk;
  private final LiveStore store;
  private final BiConsumer<String, Throwable> storeFailed;

  /**
   * @param storeFailed told when the store cannot be read; must not block
   */
  StoreReader(
      StreamAccess access,
      DiskGuard disk,
      LiveStore store,
      BiConsumer<String, Throwable> storeFailed) {
    this.access = access;
    this.disk = disk;
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
      case PUT -> disk.refusal().map(why -> noRoom(request, why)).orElseGet(() -> again(request));
      case BARRIER -> Responses.passed(request.getId());
      case DELETE, OP_NOT_SET -> again(request);
    };
  }

  private Response noRoom(Request put, String why) {
    disk.refusedPut();
    return Responses.failure(put.getId(), Failure.Code.REFUSED, why);
  }

  private static Response again(Request request) {
    return unavailable(request, "what stood against it has just ended; send it again");
  }

  private static Response keys(KvStore open, long accountId, Request request) {
    Keys keys = request.getKeys();
    int limit = keys.getLimit() == 0 ? Limits.DEFAULT_PAGE_KEYS : keys.getLimit();
    return Responses.page(
        request.getId(),
        open.scanKeys(accountId, keys.getPrefix(), keys.getAfter(), limit, Limits.MAX_PAGE_BYTES));
  }
}
