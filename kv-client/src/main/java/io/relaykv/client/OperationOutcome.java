package io.relaykv.client;

/** How an operation of a client has ended. */
public enum OperationOutcome {
  /** It was carried out. */
  OK,
  /** It was a get, and the key has no value. */
  MISSING,
  /** {@link InvalidRequestException}, said by the cluster: what the client refuses is not told. */
  INVALID,
  /** {@link NotAllowedException}. */
  NOT_ALLOWED,
  /** {@link RefusedException}. */
  REFUSED,
  /** {@link UnavailableException}: certainly not applied. */
  UNAVAILABLE,
  /** {@link OutcomeUnknownException}: a write that may have been applied. */
  UNKNOWN;

  /** What a failed operation has come to. */
  public static OperationOutcome of(KvException failure) {
    if (failure instanceof InvalidRequestException) {
      return INVALID;
    }
    if (failure instanceof NotAllowedException) {
      return NOT_ALLOWED;
    }
    if (failure instanceof RefusedException) {
      return REFUSED;
    }
    return failure instanceof UnavailableException ? UNAVAILABLE : UNKNOWN;
  }

  /** Whether the cluster has done what was asked: {@link #OK} or {@link #MISSING}. */
  public boolean isCarriedOut() {
    return this == OK || this == MISSING;
  }

  /** Whether operations of that kind can end so. */
  public boolean isPossible(OperationKind kind) {
    return switch (this) {
      case MISSING -> kind == OperationKind.GET;
      case UNKNOWN -> kind == OperationKind.PUT || kind == OperationKind.DELETE;
      case OK, INVALID, NOT_ALLOWED, REFUSED, UNAVAILABLE -> true;
    };
  }
}
