package io.relaykv.server.api;

import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.server.access.Caller;
import io.relaykv.server.access.Grant;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.PresentedKey;
import io.relaykv.server.access.Refusals;
import io.relaykv.statemachine.StoreUnavailableException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the client of one stream may do, asked anew for each frame and each read. Thread-safe. */
final class StreamAccess {
  /** Shorter than clients wait for a sign of life before they go elsewhere. */
  static final long PAUSE_MS = 300;

  /**
   * How many refusals too many a pause is for. Counted in requests, not in frames: who had some
   * thousands under way when its key was disabled learns what came of each before it gives up,
   * however many frames they are in.
   */
  static final int REFUSALS_PER_PAUSE = 500;

  private final Caller caller;
  private final PresentedKey shown;
  private final KeyCheck keys;
  private final Refusals refusals;
  private final Runnable onValid;
  private final Executor later;

  /** The last that was valid; there is one before anything is accepted. */
  private volatile @Nullable Grant last;

  /** Refusals beyond what the client's address may have that it has not waited for yet. */
  private final AtomicInteger tooMany = new AtomicInteger();

  /**
   * @param onValid run when the key has been found valid for the first time
   * @param later runs what it is given after {@link #PAUSE_MS}
   */
  StreamAccess(
      Caller caller,
      PresentedKey shown,
      KeyCheck keys,
      Refusals refusals,
      Runnable onValid,
      Executor later) {
    this.caller = caller;
    this.shown = shown;
    this.keys = keys;
    this.refusals = refusals;
    this.onValid = onValid;
    this.later = later;
  }

  /**
   * Whether the client has to wait, as it has been refused too often; if so, {@code whenOver} is
   * run once when it has. It is slowed down rather than cut off, so that it still learns what came
   * of each request: it may be an honest one whose key has just been disabled.
   */
  boolean isHeldUp(Runnable whenOver) {
    if (tooMany.get() < REFUSALS_PER_PAUSE) {
      return false;
    }
    tooMany.addAndGet(-REFUSALS_PER_PAUSE);
    later.execute(whenOver);
    return true;
  }

  /**
   * What the stream's key allows as far as this node knows; empty if it is not valid.
   *
   * @throws StoreUnavailableException if this node knows nothing
   */
  Optional<Grant> grant() {
    Optional<Grant> now = keys.check(shown);
    if (now.isPresent()) {
      if (last == null) {
        onValid.run();
      }
      last = now.get();
    }
    return now;
  }

  /** The account that the key has opened; 0 if it has not been valid yet. */
  long accountId() {
    Grant known = last;
    return known == null ? 0 : known.accountId();
  }

  /** The number of the key, once it has been found valid. */
  long apiKeyId() {
    return Objects.requireNonNull(last, "nothing is accepted without a valid key").apiKeyId();
  }

  /** In words: how much the account holds and how much it may hold. */
  String use() {
    return keys.account(accountId())
        .map(
            account ->
                "account %s holds %d bytes of at most %d; delete something first"
                    .formatted(account.name(), account.usedBytes(), account.maxBytes()))
        .orElse("the account may not hold more");
  }

  static boolean allows(Grant grant, Request request) {
    return switch (request.getOpCase()) {
      case GET, KEYS -> grant.read();
      case PUT, DELETE -> grant.write();
      // It shows nothing but that this node leads.
      case BARRIER -> true;
      // Said to be invalid, to those who may do anything at all.
      case OP_NOT_SET -> true;
    };
  }

  /** Refuses a stream whose key is not valid: {@code end} is run now, or later if that is often. */
  void refuseStream(Runnable end) {
    if (refusals.unauthenticated(caller, "session", "")) {
      end.run();
    } else {
      later.execute(end);
    }
  }

  /** Refuses a request whose key is not valid any more. */
  Response notValid(Request request) {
    if (!refusals.unauthenticated(caller, action(request), target(request))) {
      tooMany.incrementAndGet();
    }
    return Responses.failure(request.getId(), Failure.Code.UNAUTHENTICATED, Refusals.KEY_NOT_VALID);
  }

  /**
   * A write was refused when it was applied: its key had been disabled or deleted meanwhile. Called
   * on the thread that applies the log, which does not wait for a file.
   */
  void notValidAnyMore(String key) {
    later.execute(
        () -> {
          if (!refusals.unauthenticated(caller, "write", key)) {
            tooMany.incrementAndGet();
          }
        });
  }

  /** Refuses a request that the key does not allow. */
  Response forbidden(Request request) {
    if (!refusals.forbidden(caller, action(request), target(request))) {
      tooMany.incrementAndGet();
    }
    boolean write = request.hasPut() || request.hasDelete();
    return Responses.failure(
        request.getId(),
        Failure.Code.FORBIDDEN,
        write ? "the API key does not allow writing" : "the API key does not allow reading");
  }

  private static String action(Request request) {
    return request.getOpCase().name().toLowerCase(Locale.ROOT);
  }

  private static String target(Request request) {
    return switch (request.getOpCase()) {
      case GET -> request.getGet().getKey();
      case PUT -> request.getPut().getKey();
      case DELETE -> request.getDelete().getKey();
      case KEYS -> request.getKeys().getPrefix();
      case BARRIER, OP_NOT_SET -> "";
    };
  }
}
