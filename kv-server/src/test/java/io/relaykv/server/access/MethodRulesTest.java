package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.MethodDescriptor;
import io.relaykv.protocol.v1.KvProto;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MethodRulesTest {
  private static final Map<String, KeyKind> SERVICES =
      Map.of("Kv", KeyKind.ACCOUNT, "Admin", KeyKind.ADMIN);

  @Test
  void everyMethodOfEveryServiceHasTheRuleOfItsService() throws ReflectiveOperationException {
    int methods = 0;
    for (ServiceDescriptor service : KvProto.getDescriptor().getServices()) {
      assertThat(SERVICES).as("a service without a kind of key").containsKey(service.getName());
      for (MethodDescriptor<?, ?> method : grpc(service).getMethods()) {
        assertThat(MethodRules.of(method))
            .as(method.getFullMethodName())
            .contains(SERVICES.get(service.getName()));
        methods++;
      }
    }
    assertThat(methods).isGreaterThanOrEqualTo(10);
  }

  private static io.grpc.ServiceDescriptor grpc(ServiceDescriptor service)
      throws ReflectiveOperationException {
    return (io.grpc.ServiceDescriptor)
        Class.forName("io.relaykv.protocol.v1." + service.getName() + "Grpc")
            .getMethod("getServiceDescriptor")
            .invoke(null);
  }
}
