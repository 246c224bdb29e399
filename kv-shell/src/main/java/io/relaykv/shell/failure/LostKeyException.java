package io.relaykv.shell.failure;

/** An API key was made, and its secret could not be handed over. */
public final class LostKeyException extends RuntimeException {
  private final String hint;

  /**
   * Says what became of the key.
   *
   * @param deleted whether it was deleted again
   */
  public LostKeyException(long id, boolean deleted, RuntimeException cause) {
    super(
        "%s; API key %d %s"
            .formatted(
                cause.getMessage(),
                id,
                deleted ? "was deleted again" : "is there, its secret is lost"),
        cause);
    this.hint = deleted ? "" : "kv-shell apikey delete " + id;
  }

  String hint() {
    return hint;
  }
}
