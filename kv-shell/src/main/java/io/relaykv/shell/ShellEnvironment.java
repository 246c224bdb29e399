package io.relaykv.shell;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * Everything outside the shell that a command may touch.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param terminal whether standard output is read by a person
 * @param variables the environment variables
 * @param workingDirectory where relative paths begin
 * @param homeDirectory the user's
 * @param clock for the age of things
 * @param connector how clusters are reached
 */
record ShellEnvironment(
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean terminal,
    Map<String, String> variables,
    Path workingDirectory,
    Path homeDirectory,
    Clock clock,
    ClusterConnector connector) {

  ShellEnvironment {
    variables = Map.copyOf(variables);
  }

  static ShellEnvironment ofProcess() {
    return new ShellEnvironment(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        // Set by bin/kv-shell: System.console() would ask about standard input as well.
        "terminal".equals(System.getProperty("relaykv.stdout")),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", "")),
        Clock.systemUTC(),
        new NetworkConnector());
  }

  /** The same with another connector and another standard input. */
  ShellEnvironment with(ClusterConnector otherConnector, InputStream otherIn) {
    return new ShellEnvironment(
        otherIn,
        out,
        err,
        terminal,
        variables,
        workingDirectory,
        homeDirectory,
        clock,
        otherConnector);
  }

  /** The value of an environment variable, empty if it is not set. */
  String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  /** See https://no-color.org. */
  boolean coloured() {
    return terminal && variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
  }
}
