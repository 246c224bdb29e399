package io.relaykv.server.http;

/**
 * An answer that is complete before the first byte is sent, so that a failure can still be told.
 */
record Response(int status, String contentType, String body) {
  private static final String TEXT = "text/plain; charset=utf-8";

  static Response text(int status, String text) {
    return new Response(status, TEXT, text + "\n");
  }

  static Response json(String document) {
    return new Response(200, "application/json", document);
  }

  /** The text format of Prometheus. */
  static Response metrics(String page) {
    return new Response(200, "text/plain; version=0.0.4; charset=utf-8", page);
  }
}
