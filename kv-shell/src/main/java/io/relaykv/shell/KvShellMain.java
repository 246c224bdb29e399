package io.relaykv.shell;

import io.relaykv.shell.environment.ShellEnvironment;
import java.util.Locale;
import java.util.logging.LogManager;

/** The program {@code kv-shell}. */
public final class KvShellMain {
  private KvShellMain() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Scripts read numbers, in whatever language the machine speaks.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    // gRPC logs through java.util.logging, which prints to stderr unless told otherwise.
    LogManager.getLogManager().reset();
    System.exit(new KvShell(ShellEnvironment.ofProcess()).run(args));
  }
}
