package io.relaykv.shell.environment;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connects once for all commands that want the same connection. What a command closes stays open
 * until this is closed. Thread-safe.
 */
public final class SharedConnections implements ClusterConnector, AutoCloseable {
  private final ClusterConnector connector;
  private final Map<Connection, KvClient> clients = new ConcurrentHashMap<>();
  private final Map<Connection, KvAdmin> admins = new ConcurrentHashMap<>();

  public SharedConnections(ClusterConnector connector) {
    this.connector = connector;
  }

  @Override
  public KvClient client(Connection to) {
    return keptOpen(KvClient.class, clients.computeIfAbsent(to, connector::client));
  }

  @Override
  public KvAdmin admin(Connection to) {
    return keptOpen(KvAdmin.class, admins.computeIfAbsent(to, connector::admin));
  }

  private static <T> T keptOpen(Class<T> type, T shared) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                method.getName().equals("close") ? null : call(shared, method, arguments)));
  }

  private static Object call(Object shared, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(shared, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    clients.values().forEach(KvClient::close);
    admins.values().forEach(KvAdmin::close);
  }
}
