package io.relaykv.tests.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Loads our classes once more, with a bug or without: those of the test stay as they are. */
final class ClassesWithBug extends ClassLoader {
  private static final String OURS = "io.relaykv.";

  private final Map<String, byte[]> changed = new HashMap<>();

  private ClassesWithBug(Optional<Bug> bug) {
    super(ClassesWithBug.class.getClassLoader());
    bug.stream()
        .flatMap(present -> present.changes().stream())
        .forEach(change -> changed.put(change.type(), change.classFile()));
  }

  /**
   * What a probe returns when it meets code without bugs.
   *
   * @param probe its class, made of {@code directory}
   */
  static String without(Class<? extends Callable<String>> probe, Path directory) throws Exception {
    return new ClassesWithBug(Optional.empty()).resultOf(probe, directory);
  }

  /** What it returns when it meets code with the bug. */
  static String with(Bug bug, Class<? extends Callable<String>> probe, Path directory)
      throws Exception {
    return new ClassesWithBug(Optional.of(bug)).resultOf(probe, directory);
  }

  private String resultOf(Class<? extends Callable<String>> probe, Path directory)
      throws Exception {
    Constructor<?> constructor = loadClass(probe.getName()).getDeclaredConstructor(Path.class);
    constructor.setAccessible(true);
    return (String) ((Callable<?>) constructor.newInstance(directory)).call();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] classFile = changed.containsKey(name) ? changed.get(name) : original(name);
    return defineClass(name, classFile, 0, classFile.length);
  }

  private byte[] original(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
