package io.relaykv.client.internal;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What the PEM for TLS holds; files are read again for a new connection when they have changed.
 * Confined to the event loop.
 */
final class TlsContext {
  private final TlsPem pem;
  private @Nullable SslContext context;
  private List<String> readAs = List.of();

  TlsContext(TlsPem pem) {
    this.pem = pem;
  }

  /**
   * The context for a new connection.
   *
   * @throws SSLException if a file cannot be read, or one or a text does not hold what it should
   */
  SslContext current() throws SSLException {
    List<String> versions = pem.files().map(TlsContext::version).toList();
    SslContext present = context;
    if (present == null || !versions.equals(readAs)) {
      present = read();
      context = present;
      readAs = versions;
    }
    return present;
  }

  private SslContext read() throws SSLException {
    SslContextBuilder builder = GrpcSslContexts.forClient().protocols("TLSv1.3", "TLSv1.2");
    try {
      pem.trusted().ifPresent(trusted -> trust(builder, trusted));
      pem.own().ifPresent(own -> show(builder, own));
    } catch (IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()), e.getCause());
    }
    return builder.build();
  }

  private static void trust(SslContextBuilder builder, TlsPem.Trusted trusted) {
    if (trusted instanceof TlsPem.Trusted.InFile in) {
      builder.trustManager(file(in.path()));
    } else if (trusted instanceof TlsPem.Trusted.InText in) {
      builder.trustManager(stream(in.certificates()));
    }
  }

  private static void show(SslContextBuilder builder, TlsPem.Own own) {
    if (own instanceof TlsPem.Own.InFiles in) {
      builder.keyManager(file(in.certificate()), file(in.key()));
    } else if (own instanceof TlsPem.Own.InText in) {
      builder.keyManager(stream(in.certificate()), stream(in.key()));
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Without a cause: whoever looks for the root of a failure is to find the names of the files. */
  private static SSLException unusable(String message, @Nullable Throwable reason) {
    return new SSLException(reason == null ? message : message + " (" + reason.getMessage() + ")");
  }

  private static File file(Path path) {
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException("cannot read " + path);
    }
    return path.toFile();
  }

  /** Of what the file holds: the time alone may be that of its predecessor. */
  private static String version(Path path) {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      return file.lastModifiedTime() + " " + file.size() + " " + file.fileKey();
    } catch (IOException e) {
      return "none";
    }
  }
}
