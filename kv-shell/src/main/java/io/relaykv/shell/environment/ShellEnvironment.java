package io.relaykv.shell.environment;

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
 * @param terminals which of these three are a person's
 * @param variables the environment variables
 * @param workingDirectory where relative paths begin
 * @param homeDirectory the user's
 * @param clock for the age of things
 * @param connector how clusters are reached
 */
public record ShellEnvironment(
    InputStream in,
    OutputStream out,
    OutputStream err,
    Terminals terminals,
    Map<String, String> variables,
    Path workingDirectory,
    Path homeDirectory,
    Clock clock,
    ClusterConnector connector) {

  public ShellEnvironment {
    variables = Map.copyOf(variables);
  }

  public static ShellEnvironment ofProcess() {
    return new ShellEnvironment(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        Terminals.of(System.getProperty("relaykv.terminals", "")),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", "")),
        Clock.systemUTC(),
        new NetworkConnector());
  }

  /** The same with another connector and another standard input. */
  public ShellEnvironment with(ClusterConnector otherConnector, InputStream otherIn) {
    return with(otherConnector, otherIn, out, err);
  }

  /** The same with another connector and other streams. */
  public ShellEnvironment with(
      ClusterConnector otherConnector,
      InputStream otherIn,
      OutputStream otherOut,
      OutputStream otherErr) {
    return new ShellEnvironment(
        otherIn,
        otherOut,
        otherErr,
        terminals,
        variables,
        workingDirectory,
        homeDirectory,
        clock,
        otherConnector);
  }

  /** The value of an environment variable, empty if it is not set. */
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  /** Whether results are read by a person. */
  public boolean terminal() {
    return terminals.out();
  }

  /** Whether what is said on standard error may be drawn over. */
  public boolean drawnProgress() {
    return terminals.err() && !variable("TERM").equals("dumb");
  }

  /** Whether somebody looks for an error of the shell itself. */
  public boolean debugged() {
    return !variable("RELAYKV_DEBUG").isEmpty();
  }

  /** See https://no-color.org. */
  public boolean coloured() {
    return terminal() && variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
  }
}
