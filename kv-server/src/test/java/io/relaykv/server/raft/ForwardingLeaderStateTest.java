package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.ratis.server.leader.LeaderState;
import org.junit.jupiter.api.Test;

class ForwardingLeaderStateTest {
  private final List<String> passedOn = new ArrayList<>();

  /** Also what a newer Ratis may add with a body of its own. */
  @Test
  void passesEveryCallOn() throws Exception {
    LeaderState ratis =
        (LeaderState)
            Proxy.newProxyInstance(
                LeaderState.class.getClassLoader(),
                new Class<?>[] {LeaderState.class},
                (proxy, method, arguments) -> {
                  passedOn.add(method.getName());
                  return method.getReturnType() == boolean.class ? true : null;
                });
    LeaderState forwarding = new ForwardingLeaderState(ratis) {};
    List<Method> methods = Arrays.asList(LeaderState.class.getMethods());
    for (Method method : methods) {
      Object[] arguments = new Object[method.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = method.getParameterTypes()[i] == long.class ? 1L : null;
      }
      assertThat(method.invoke(forwarding, arguments))
          .as(method.getName())
          .isEqualTo(method.getReturnType() == boolean.class ? true : null);
    }
    assertThat(passedOn).hasSizeGreaterThan(5).isEqualTo(names(methods));
  }

  private static List<String> names(List<Method> methods) {
    return methods.stream().map(Method::getName).toList();
  }
}
