package io.relaykv.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page for a person with a browser, a file of ours that holds all that it needs. It may run its
 * own script and style, which are named by their hashes, talk to the node that it came from, and
 * nothing else.
 */
record StatusPage(String html, String contentSecurityPolicy) {
  private static final String FILE = "status.html";

  /** Reads the page from this software. */
  static StatusPage load() {
    try (InputStream file = StatusPage.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException(FILE + " is not among the classes of this software");
      }
      return of(new String(file.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static StatusPage of(String html) {
    return new StatusPage(
        html,
        String.join(
            "; ",
            "default-src 'none'",
            "script-src " + hash(content(html, "script")),
            "style-src " + hash(content(html, "style")),
            "connect-src 'self'",
            // Its icon, which stands in the page.
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'"));
  }

  private static String content(String html, String element) {
    int begin = html.indexOf("<" + element + ">");
    int end = html.indexOf("</" + element + ">");
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the page has no " + element);
    }
    return html.substring(begin + element.length() + 2, end);
  }

  private static String hash(String content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
