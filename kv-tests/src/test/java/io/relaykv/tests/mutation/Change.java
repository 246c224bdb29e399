package io.relaykv.tests.mutation;

import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.io.UncheckedIOException;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;

/**
 * What is different in one method of ours: in a bug, or in another version.
 *
 * @param type its class, by name: a class that is loaded cannot be changed any more
 * @param method its name, which no other method of the class has
 * @param advice what to do at its beginning and its end ({@link Advice})
 */
public record Change(String type, String method, Class<?> advice) {
  private static final ClassFileLocator ON_THE_CLASS_PATH =
      ClassFileLocator.ForClassLoader.of(Change.class.getClassLoader());

  /**
   * The class file with the change in it. Loads neither the class nor any that it uses.
   *
   * @throws IllegalStateException if there is no such class or method, or the advice does not fit
   *     it
   */
  byte[] classFile() {
    try {
      return in(ON_THE_CLASS_PATH.locate(type).resolve());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same, of a class file that another agent may have changed before.
   *
   * @throws IllegalStateException if there is no such method, or the advice does not fit it
   */
  byte[] in(byte[] classFile) {
    ClassFileLocator locator =
        new ClassFileLocator.Compound(
            ClassFileLocator.Simple.of(type, classFile), ON_THE_CLASS_PATH);
    TypePool pool = TypePool.Default.of(locator);
    TypeDescription changed = pool.describe(type).resolve();
    int methods = changed.getDeclaredMethods().filter(isMethod().and(named(method))).size();
    if (methods != 1) {
      throw new IllegalStateException(
          "%s has %d methods of the name %s, not one".formatted(type, methods, method));
    }
    Advice inside = Advice.to(pool.describe(advice.getName()).resolve(), locator);
    return new ByteBuddy()
        .redefine(changed, locator)
        .visit(inside.on(named(method)))
        .make()
        .getBytes();
  }
}
