package io.relaykv.server.raft;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Makes an implementation of one of Ratis' wide interfaces from the few methods that a test needs.
 */
final class Partial {
  private Partial() {}

  /**
   * An instance of {@code type} that calls the method of {@code some} with the same name and
   * parameters; whatever is not there fails the test.
   */
  static <T> T of(Class<T> type, Object some) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call(some, method, arguments));
    return type.cast(proxy);
  }

  private static Object call(Object some, Method method, Object[] arguments) throws Throwable {
    Method own;
    try {
      own = some.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      throw new UnsupportedOperationException("the test does not expect " + method, e);
    }
    own.setAccessible(true);
    try {
      return own.invoke(some, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
