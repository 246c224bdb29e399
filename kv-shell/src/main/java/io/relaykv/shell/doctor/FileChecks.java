package io.relaykv.shell.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Judges who may read the files that belong to one person. */
public final class FileChecks {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private FileChecks() {}

  /** A file that holds a key: nobody but its owner may read it. */
  public static Finding keyFile(Path file) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      String text = PosixFilePermissions.toString(mode);
      if (mode.stream().anyMatch(OTHERS::contains)) {
        return Finding.problem(
            "key file",
            file.toString(),
            text + ": others on this machine can read the key, or replace it",
            "chmod 600 %s, and make a new key if somebody may have read it".formatted(file));
      }
      return Finding.ok("key file", file.toString(), text);
    } catch (IOException e) {
      return Finding.problem(
          "key file",
          file.toString(),
          "cannot be read: " + e,
          "have the configuration file name the right one");
    } catch (UnsupportedOperationException e) {
      return Finding.ok("key file", file.toString(), "this file system has no modes");
    }
  }
}
