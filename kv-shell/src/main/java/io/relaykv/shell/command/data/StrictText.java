package io.relaykv.shell.command.data;

import io.relaykv.shell.failure.ShellException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;

/** Reads text from outside: UTF-8 and nothing else, of bounded size. */
final class StrictText {
  /** Far more than a value may have in canonical form, which drops white space. */
  private static final int MAX_BYTES = 16 << 20;

  private StrictText() {}

  /** Opens what is to be read. */
  interface Source {
    InputStream open() throws IOException;
  }

  /**
   * Reads {@code source} to its end and closes it.
   *
   * @param name for messages
   * @throws ShellException if that fails, or if it is too long or not UTF-8
   */
  static String read(String name, Source source) {
    return decode(name, bytes(name, source));
  }

  private static byte[] bytes(String name, Source source) {
    try (InputStream in = source.open()) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ShellException(name + ": longer than 16 MiB; a value has at most 1 MiB", "");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new ShellException(name + ": no such file", "");
    } catch (IOException e) {
      throw new ShellException(name + ": cannot be read: " + e.getMessage(), "");
    }
  }

  private static String decode(String name, byte[] utf8) {
    ByteBuffer in = ByteBuffer.wrap(utf8);
    CharBuffer text = CharBuffer.allocate(utf8.length);
    // A new decoder reports malformed input instead of replacing it.
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, text, true);
    if (result.isError()) {
      throw new ShellException(name + ": not UTF-8 at byte " + (in.position() + 1), "");
    }
    return text.flip().toString();
  }
}
