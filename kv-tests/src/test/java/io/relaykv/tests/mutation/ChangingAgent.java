package io.relaykv.tests.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Change}s to the classes of this process as they are loaded. Where it cannot, the
 * process ends at once: unchanged it would show nothing.
 */
public final class ChangingAgent {
  private static final int CANNOT_BE_PUT_IN = 70;

  private final String what;
  private final Function<Change, String> announcement;
  private final Map<String, List<Change>> changes = new HashMap<>();

  /**
   * @param what the changes are together, for people
   * @param announcement is written to standard error when a change has been made
   */
  public ChangingAgent(String what, List<Change> changes, Function<Change, String> announcement) {
    this.what = what;
    this.announcement = announcement;
    changes.forEach(
        change ->
            this.changes.computeIfAbsent(change.type(), unused -> new ArrayList<>()).add(change));
  }

  /**
   * What a JVM is to be started with, to run an agent of ours first.
   *
   * @param agent has a {@code premain}
   * @param directory for what it needs besides, until the process has ended
   */
  public static String jvmArgument(Class<?> agent, String options, Path directory) {
    return "-javaagent:%s=%s".formatted(jar(agent, directory), options);
  }

  /** With a manifest only: the classes are on the class path of the process. */
  private static Path jar(Class<?> agent, Path directory) {
    Path jar = directory.resolve(agent.getSimpleName() + ".jar");
    if (Files.exists(jar)) {
      // Perhaps in use.
      return jar;
    }
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", agent.getName());
    try {
      new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jar;
  }

  /** Has {@code preparation} put something in; ends the process if it fails. */
  public static void orEnd(String what, Runnable preparation) {
    try {
      preparation.run();
    } catch (RuntimeException | Error e) {
      end(what, e);
    }
  }

  private static void end(String what, Throwable cause) {
    System.err.printf("%s cannot be put in: %s%n", what, cause);
    Runtime.getRuntime().halt(CANNOT_BE_PUT_IN);
  }

  /**
   * Makes the changes from now on.
   *
   * @throws IllegalStateException if a change does not fit the code, or comes too late
   */
  public void putIn(Instrumentation instrumentation) {
    // Now, as whatever fails while a class is loaded is ignored by the JVM.
    changes.values().forEach(ofClass -> ofClass.forEach(Change::classFile));
    if (changes.isEmpty()) {
      throw new IllegalStateException("it is none of a node's code");
    }
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      if (changes.containsKey(loaded.getName())) {
        throw new IllegalStateException(loaded.getName() + " is loaded already");
      }
    }
    instrumentation.addTransformer(
        new ClassFileTransformer() {
          @Override
          public byte @Nullable [] transform(
              @Nullable ClassLoader loader,
              @Nullable String name,
              @Nullable Class<?> redefined,
              @Nullable ProtectionDomain domain,
              byte[] classFile) {
            List<Change> wanted = name == null ? null : changes.get(name.replace('/', '.'));
            return wanted == null ? null : changed(wanted, classFile);
          }
        });
  }

  private byte @Nullable [] changed(List<Change> wanted, byte[] classFile) {
    byte[] changed = classFile;
    try {
      for (Change change : wanted) {
        changed = change.in(changed);
        System.err.println(announcement.apply(change));
      }
      return changed;
    } catch (RuntimeException | Error e) {
      end(what, e);
      return null;
    }
  }
}
