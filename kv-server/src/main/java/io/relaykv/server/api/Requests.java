package io.relaykv.server.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.relaykv.protocol.KeyRules;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.ValueRules;
import io.relaykv.protocol.json.CanonicalJson;
import io.relaykv.protocol.log.Delete;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Request;

/** Checks requests. Whatever breaks a rule is an {@link IllegalArgumentException} that names it. */
final class Requests {
  private Requests() {}

  /** The write as it goes into the log, its value in canonical form. */
  static Write checkedWrite(Request request) {
    if (request.getSequence() <= 0) {
      throw new IllegalArgumentException(
          "a write needs a sequence number from 1, not " + request.getSequence());
    }
    Write.Builder write = Write.newBuilder().setSequence(request.getSequence());
    if (request.hasPut()) {
      KeyRules.checkKey(request.getPut().getKey());
      return write
          .setKey(request.getPut().getKey())
          .setPut(canonical(request.getPut().getValue()))
          .build();
    }
    KeyRules.checkKey(request.getDelete().getKey());
    return write
        .setKey(request.getDelete().getKey())
        .setDelete(Delete.getDefaultInstance())
        .build();
  }

  private static ByteString canonical(ByteString value) {
    byte[] canonical = CanonicalJson.of(value.toByteArray());
    ValueRules.checkSize(canonical.length);
    return UnsafeByteOperations.unsafeWrap(canonical);
  }

  /** Checks a read; a write is checked by {@link #checkedWrite}. */
  static void check(Request request) {
    switch (request.getOpCase()) {
      case GET -> KeyRules.checkKey(request.getGet().getKey());
      case KEYS -> check(request.getKeys());
      case PUT, DELETE, BARRIER -> {}
      case OP_NOT_SET ->
          throw new IllegalArgumentException("the request holds no operation that this node knows");
    }
  }

  private static void check(Keys keys) {
    KeyRules.checkPrefix(keys.getPrefix());
    if (!keys.getAfter().isEmpty()) {
      KeyRules.checkKey(keys.getAfter());
    }
    if (Integer.compareUnsigned(keys.getLimit(), Limits.MAX_PAGE_KEYS) > 0) {
      throw new IllegalArgumentException(
          "a page of %s keys was asked for; at most %d are given"
              .formatted(Integer.toUnsignedString(keys.getLimit()), Limits.MAX_PAGE_KEYS));
    }
  }
}
