package io.relaykv.client.internal;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What the TLS files hold, read again for a new connection when they have changed since the last.
 * Confined to the event loop.
 */
final class TlsContext {
  private final TlsFiles files;
  private @Nullable SslContext context;
  private List<String> readAs = List.of();

  TlsContext(TlsFiles files) {
    this.files = files;
  }

  /**
   * The context for a new connection.
   *
   * @throws SSLException if the files cannot be read or do not hold what they should
   */
  SslContext current() throws SSLException {
    List<String> versions = paths().map(TlsContext::version).toList();
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
      files.trusted().ifPresent(trusted -> builder.trustManager(file(trusted)));
      files.own().ifPresent(own -> builder.keyManager(file(own.certificate()), file(own.key())));
    } catch (IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()), e.getCause());
    }
    return builder.build();
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

  private Stream<Path> paths() {
    return Stream.concat(
        files.trusted().stream(),
        files.own().stream().flatMap(own -> Stream.of(own.certificate(), own.key())));
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
