package io.relaykv.tests.mutation;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the process of a node, and puts a {@link Bug} into its classes as they are loaded. If it
 * cannot, the process ends at once: a node without the bug would show nothing. Public because the
 * JVM calls it.
 */
public final class BugAgent {
  private static final int CANNOT_BE_PUT_IN = 70;

  private BugAgent() {}

  /** Called by the JVM before the node starts, with the name of the bug. */
  public static void premain(String bug, Instrumentation instrumentation) {
    try {
      putIn(Bug.valueOf(bug), instrumentation);
    } catch (RuntimeException | Error e) {
      end(bug, e);
    }
  }

  private static void end(String bug, Throwable cause) {
    System.err.printf("The bug %s cannot be put in: %s%n", bug, cause);
    Runtime.getRuntime().halt(CANNOT_BE_PUT_IN);
  }

  /**
   * @throws IllegalStateException if it does not fit the code, or comes too late
   */
  static void putIn(Bug bug, Instrumentation instrumentation) {
    Map<String, Change> changes = new HashMap<>();
    for (Change change : bug.changes()) {
      // Now, as whatever fails while a class is loaded is ignored by the JVM.
      byte[] unused = change.classFile();
      changes.put(change.type(), change);
    }
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
            Change change = name == null ? null : changes.get(name.replace('/', '.'));
            return change == null ? null : changed(bug, change, classFile);
          }
        });
  }

  private static byte @Nullable [] changed(Bug bug, Change change, byte[] classFile) {
    try {
      byte[] changed = change.in(classFile);
      System.err.println(bug.announcement(change));
      return changed;
    } catch (RuntimeException | Error e) {
      end(bug.name(), e);
      return null;
    }
  }
}
