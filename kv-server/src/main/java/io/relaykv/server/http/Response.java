package io.relaykv.server.http;

/**
 * An answer that is complete before the first byte is sent, so that a failure can still be told.
 *
 * @param contentSecurityPolicy what a browser lets it do
 */
record Response(int status, String contentType, String contentSecurityPolicy, String body) {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  static Response text(int status, String text) {
    return new Response(status, TEXT, NOTHING, text + "\n");
  }

  static Response json(String document) {
    return new Response(200, "application/json", NOTHING, document);
  }

  /** The text format of Prometheus. */
  static Response metrics(String page) {
    return new Response(200, "text/plain; version=0.0.4; charset=utf-8", NOTHING, page);
  }

  static Response page(StatusPage page) {
    return new Response(200, "text/html; charset=utf-8", page.contentSecurityPolicy(), page.html());
  }
}
