package io.relaykv.server;

import io.relaykv.server.config.HostPort;
import java.io.IOException;
import java.net.Socket;

/**
 * Finds out whether ports can be had before anything else is started: Ratis ends the process if
 * not.
 */
final class Ports {
  private Ports() {}

  /**
   * Listens to nobody meanwhile: who waits for this node to be there must not meet it before it is.
   *
   * @throws IOException naming the setting and the address if it cannot be listened at
   */
  static void requireFree(String setting, HostPort address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReuseAddress(true);
      socket.bind(address.socketAddress());
    } catch (IOException e) {
      throw new IOException(
          "cannot listen at %s = %s: %s".formatted(setting, address, e.getMessage()));
    }
  }
}
