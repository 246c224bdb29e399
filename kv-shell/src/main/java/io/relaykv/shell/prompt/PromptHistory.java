package io.relaykv.shell.prompt;

import io.relaykv.shell.command.WholeKeys;
import io.relaykv.shell.environment.ShellEnvironment;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.jline.reader.impl.history.DefaultHistory;

/**
 * What was typed at the prompt, also before it was last left, in a file that only its owner can
 * read. Values are in it, unless their line began with a blank; a whole key never is.
 */
final class PromptHistory extends DefaultHistory {
  private static final Set<PosixFilePermission> ONLY_OWNER =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> ONLY_OWNERS_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  @Override
  public void add(Instant time, String line) {
    if (!WholeKeys.isOneIn(line)) {
      super.add(time, line);
    }
  }

  /** Where it is kept: what https://specifications.freedesktop.org/basedir-spec says. */
  static Path file(ShellEnvironment environment) {
    String state = environment.variable("XDG_STATE_HOME");
    Path directory =
        state.isEmpty()
            ? environment.homeDirectory().resolve(".local/state")
            : environment.workingDirectory().resolve(state);
    return directory.resolve("relaykv").resolve("history");
  }

  /**
   * Makes the file unless it is there, and in any case its owner's alone.
   *
   * @throws IOException if that cannot be done
   */
  static void prepare(Path file) throws IOException {
    Files.createDirectories(
        file.getParent(), PosixFilePermissions.asFileAttribute(ONLY_OWNERS_DIRECTORY));
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(ONLY_OWNER));
    } catch (FileAlreadyExistsException e) {
      Files.setPosixFilePermissions(file, ONLY_OWNER);
    }
  }
}
