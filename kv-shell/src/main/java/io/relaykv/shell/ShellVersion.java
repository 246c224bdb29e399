package io.relaykv.shell;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of our jar. */
final class ShellVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = ShellVersion.class.getPackage().getImplementationVersion();
    return new String[] {
      "kv-shell %s (Java %s)"
          .formatted(Objects.requireNonNullElse(version, "unpackaged"), Runtime.version())
    };
  }
}
