package io.relaykv.shell.prompt;

import io.relaykv.shell.environment.SharedConnections;
import io.relaykv.shell.environment.ShellEnvironment;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Runs the commands of a file or of standard input, one a line, as they come, until one does not
 * end with 0.
 */
public final class Script {
  private static final String STANDARD_INPUT = "-";

  private final ShellEnvironment environment;
  private final String file;

  /** Runs a command of the script. */
  public interface Runner {
    /**
     * Runs it.
     *
     * @param where it stands, for messages
     * @return its exit code
     */
    int run(ShellEnvironment environment, String where, List<String> words);
  }

  /**
   * Reads {@code file}.
   *
   * @param file a name, or {@code -} for standard input
   */
  public Script(ShellEnvironment environment, String file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Runs the commands with connections that they share.
   *
   * @return the exit code of the last one that was run
   * @throws ShellException if the script cannot be read
   */
  public int run(Runner runner) {
    try (SharedConnections connections = new SharedConnections(environment.connector());
        BufferedReader lines = open()) {
      ShellEnvironment shared = environment.with(connections, inputOfCommands());
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String where = "%s, line %d".formatted(name(), number);
        int exitCode = run(runner, shared, where, line);
        if (exitCode != ExitCodes.OK) {
          return exitCode;
        }
      }
      return ExitCodes.OK;
    } catch (NoSuchFileException e) {
      throw new ShellException(file + ": no such file", "");
    } catch (CharacterCodingException e) {
      throw new ShellException(name() + ": not UTF-8", "");
    } catch (IOException e) {
      throw new ShellException(name() + ": cannot be read: " + e.getMessage(), "");
    }
  }

  private static int run(Runner runner, ShellEnvironment shared, String where, String line) {
    List<String> words;
    try {
      words = CommandWords.of(line);
    } catch (ShellException e) {
      throw new ShellException(where + ": " + e.getMessage(), e.hint());
    }
    return words.isEmpty() ? ExitCodes.OK : runner.run(shared, where, words);
  }

  private BufferedReader open() throws IOException {
    InputStream in =
        isStandardInput()
            ? environment.in()
            : Files.newInputStream(environment.workingDirectory().resolve(file));
    // A new decoder reports malformed input instead of replacing it.
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }

  private InputStream inputOfCommands() {
    if (!isStandardInput()) {
      return environment.in();
    }
    return new NoInput("the commands come from there");
  }

  private boolean isStandardInput() {
    return file.equals(STANDARD_INPUT);
  }

  private String name() {
    return isStandardInput() ? "standard input" : file;
  }
}
