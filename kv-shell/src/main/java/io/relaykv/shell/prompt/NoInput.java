package io.relaykv.shell.prompt;

import java.io.IOException;
import java.io.InputStream;

/** Standard input of a command that can have none: it fails, and says why. */
final class NoInput extends InputStream {
  private final String reason;

  NoInput(String reason) {
    this.reason = reason;
  }

  @Override
  public int read() throws IOException {
    throw new IOException(reason);
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    return read();
  }
}
