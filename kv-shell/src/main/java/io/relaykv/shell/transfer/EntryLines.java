package io.relaykv.shell.transfer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of an import one by one, however many there are. Not thread-safe. */
public final class EntryLines implements AutoCloseable {
  /** Far more than an entry may have in canonical form, which drops white space and escapes. */
  static final int MAX_LINE_BYTES = 16 << 20;

  private final InputStream in;
  private long lines;
  private long bytes;

  /** Reads from {@code in} and closes it in the end. */
  public EntryLines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /**
   * The next line that is not blank; empty at the end.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public Optional<EntryLine> next() {
    while (true) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(256);
      boolean ended = read(line);
      if (ended && line.size() == 0) {
        return Optional.empty();
      }
      lines++;
      EntryLine parsed = parse(line.toByteArray());
      if (parsed.entry().isPresent() || !parsed.problem().isEmpty()) {
        return Optional.of(parsed);
      }
    }
  }

  /** Reads up to the end of the line; of one that is too long, a byte more than it may have. */
  private boolean read(ByteArrayOutputStream line) {
    while (true) {
      int b = readByte();
      if (b < 0) {
        return true;
      }
      bytes++;
      if (b == '\n') {
        return false;
      }
      if (line.size() <= MAX_LINE_BYTES) {
        line.write(b);
      }
    }
  }

  private int readByte() {
    try {
      return in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private EntryLine parse(byte[] utf8) {
    if (utf8.length > MAX_LINE_BYTES) {
      return bad("longer than 16 MiB; a value has at most 1 MiB");
    }
    String text;
    try {
      // A new decoder reports malformed input instead of replacing it.
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      return bad("not UTF-8");
    }
    if (text.isBlank()) {
      return new EntryLine(lines, bytes, Optional.empty(), "");
    }
    try {
      return new EntryLine(lines, bytes, Optional.of(Entry.parse(text)), "");
    } catch (IllegalArgumentException e) {
      return bad(String.valueOf(e.getMessage()));
    }
  }

  private EntryLine bad(String problem) {
    return new EntryLine(lines, bytes, Optional.empty(), problem);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
