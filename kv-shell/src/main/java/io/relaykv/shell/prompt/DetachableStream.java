package io.relaykv.shell.prompt;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The screen for one command, until the prompt has it back: what the command says later is lost.
 */
final class DetachableStream extends OutputStream {
  private final OutputStream screen;
  private volatile boolean detached;

  DetachableStream(OutputStream screen) {
    this.screen = screen;
  }

  void detach() {
    detached = true;
  }

  @Override
  public void write(int b) throws IOException {
    if (!detached) {
      screen.write(b);
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (!detached) {
      screen.write(bytes, from, length);
    }
  }

  @Override
  public void flush() throws IOException {
    if (!detached) {
      screen.flush();
    }
  }
}
