package io.relaykv.tests.mutation;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Reaches what is not public, from another package, and in classes that a probe has to itself. */
final class Hidden {
  private Hidden() {}

  static Object create(String type, Object... arguments) throws Exception {
    for (Constructor<?> constructor : Class.forName(type).getDeclaredConstructors()) {
      if (takes(constructor, arguments)) {
        constructor.setAccessible(true);
        return constructor.newInstance(arguments);
      }
    }
    throw new NoSuchMethodException(type);
  }

  static @Nullable Object callStatic(String type, String method, Object... arguments)
      throws Exception {
    return call(Class.forName(type), null, method, arguments);
  }

  static @Nullable Object call(Object target, String method, Object... arguments) throws Exception {
    return call(target.getClass(), target, method, arguments);
  }

  private static @Nullable Object call(
      Class<?> type, @Nullable Object target, String method, Object... arguments) throws Exception {
    for (Method declared : type.getDeclaredMethods()) {
      if (declared.getName().equals(method) && takes(declared, arguments)) {
        declared.setAccessible(true);
        try {
          return declared.invoke(target, arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause() instanceof Exception cause ? cause : e;
        }
      }
    }
    throw new NoSuchMethodException(type.getName() + "." + method);
  }

  private static boolean takes(Executable executable, Object... arguments) {
    Class<?>[] parameters = executable.getParameterTypes();
    if (parameters.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < parameters.length; i++) {
      if (!parameters[i].isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }
}
