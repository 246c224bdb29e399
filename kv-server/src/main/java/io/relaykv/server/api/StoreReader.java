package io.relaykv.server.api;

import io.relaykv.protocol.Limits;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.statemachine.LiveStore;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreException;
import java.util.function.BiConsumer;

/** Answers reads of one account from the applied state. Thread-safe. */
final class StoreReader {
  private final Account account;
  private final LiveStore store;
  private final BiConsumer<String, Throwable> storeFailed;

  /**
   * @param storeFailed told when the store cannot be read; must not block
   */
  StoreReader(Account account, LiveStore store, BiConsumer<String, Throwable> storeFailed) {
    this.account = account;
    this.store = store;
    this.storeFailed = storeFailed;
  }

  Response answer(Request request) {
    try {
      return store.with(open -> read(open, request));
    } catch (StoreUnavailableException e) {
      return unavailable(request, "this node's store is not open");
    } catch (StoreException e) {
      storeFailed.accept("cannot read from the store", e);
      return unavailable(request, "this node cannot read its store");
    }
  }

  private static Response unavailable(Request request, String message) {
    return Responses.failure(request.getId(), Failure.Code.UNAVAILABLE, message);
  }

  private Response read(KvStore open, Request request) {
    if (request.hasGet()) {
      return Responses.value(request.getId(), open.get(account.id(), request.getGet().getKey()));
    }
    Keys keys = request.getKeys();
    int limit = keys.getLimit() == 0 ? Limits.DEFAULT_PAGE_KEYS : keys.getLimit();
    return Responses.page(
        request.getId(),
        open.scanKeys(
            account.id(), keys.getPrefix(), keys.getAfter(), limit, Limits.MAX_PAGE_BYTES));
  }
}
