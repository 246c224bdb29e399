package io.relaykv.shell.output;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Standard output for results: UTF-8, exact in a pipe or file, harmless on a terminal. */
public final class Output {
  private final Writer writer;
  private final boolean terminal;

  public Output(OutputStream out, boolean terminal) {
    this.writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    this.terminal = terminal;
  }

  public void line(String text) {
    styledLine(terminal ? SafeText.lines(text) : text);
  }

  /** A line that may hold colours; what it holds from outside went through {@link SafeText}. */
  public void styledLine(String text) {
    styled(text + '\n');
  }

  /** The same without the end of the line. */
  public void styled(String text) {
    try {
      writer.write(text);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** To be called at the end, and before something else is said. */
  public void flush() {
    try {
      writer.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("cannot write the results: " + e.getMessage(), e);
  }
}
