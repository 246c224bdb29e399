package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.KvGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoorTest {
  private static final MethodDescriptor<?, ?> KV = KvGrpc.getSessionMethod();
  private static final MethodDescriptor<?, ?> ADMIN = AdminGrpc.getCreateAccountMethod();

  private static final byte[] SECRET = new byte[32];
  private static final String API_KEY = ApiKeyText.of("17", SECRET).reveal();
  private static final String ADMIN_KEY = ApiKeyText.of("admin", SECRET).reveal();

  private Path directory;
  private AuditLog audit;
  private Door door;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    directory = temp;
    audit = Shown.audit(temp);
    door =
        new Door(
            new AdminKeys(List.of(HexFormat.of().formatHex(ApiKeyText.sha256(SECRET)))),
            Shown.refusals(audit),
            remote -> {});
  }

  @AfterEach
  void close() {
    audit.close();
  }

  @Test
  void anApiKeyGetsThroughToKvWithItsNumberAndTheHashOfItsSecret() {
    FakeCall call = new FakeCall(KV).meets(door, "Bearer " + API_KEY);
    assertThat(call.ends).isEmpty();
    assertThat(call.admitted).isEqualTo(1);
    assertThat(call.caller).isNotNull().extracting(Caller::keyId).isEqualTo("17");
    assertThat(call.shown).isNotNull();
    assertThat(call.shown.id()).isEqualTo(17);
    assertThat(call.shown.secretSha256()).isEqualTo(ApiKeyText.sha256(SECRET));
  }

  @Test
  void anAdminKeyGetsThroughToAdmin() {
    FakeCall call = new FakeCall(ADMIN).meets(door, "Bearer " + ADMIN_KEY);
    assertThat(call.ends).isEmpty();
    assertThat(call.admitted).isEqualTo(1);
    assertThat(call.caller).isNotNull().extracting(Caller::keyId).isEqualTo("admin");
    assertThat(call.shown).as("an admin key opens no account").isNull();
  }

  @Test
  void withoutAKeyNobodyGetsThrough() {
    for (MethodDescriptor<?, ?> method : List.of(KV, ADMIN)) {
      assertThatItEnds(
          new FakeCall(method).meets(door), Status.Code.UNAUTHENTICATED, "the key is not valid");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Basic cms6cms=",
        "Bearer rk_17_",
        "Bearer rk_0_0000000000000000000000000000000000000000000000000000000000000000",
        "Bearer rk_-1_0000000000000000000000000000000000000000000000000000000000000000",
        "Bearer rk_9223372036854775808_0000000000000000000000000000000000000000000000000000000000000000",
        "Bearer rk_017_0000000000000000000000000000000000000000000000000000000000000000",
        "Bearer  rk_17_0000000000000000000000000000000000000000000000000000000000000000",
        "Bearer rk_17_0000000000000000000000000000000000000000000000000000000000000000 ",
        "Bearer rk_17_000000000000000000000000000000000000000000000000000000000000000G",
        "bearer rk_17_0000000000000000000000000000000000000000000000000000000000000000",
        "rk_17_0000000000000000000000000000000000000000000000000000000000000000"
      })
  void garbageDoesNotGetThrough(String authorization) {
    assertThatItEnds(
        new FakeCall(KV).meets(door, authorization),
        Status.Code.UNAUTHENTICATED,
        "the key is not valid");
    assertThatItEnds(
        new FakeCall(ADMIN).meets(door, authorization),
        Status.Code.UNAUTHENTICATED,
        "the key is not valid");
  }

  @Test
  void ofTwoKeysNoneCounts() {
    assertThatItEnds(
        new FakeCall(KV).meets(door, "Bearer " + API_KEY, "Bearer " + API_KEY),
        Status.Code.UNAUTHENTICATED,
        "the key is not valid");
    assertThatItEnds(
        new FakeCall(ADMIN).meets(door, "Bearer " + API_KEY, "Bearer " + ADMIN_KEY),
        Status.Code.UNAUTHENTICATED,
        "the key is not valid");
  }

  @Test
  void aKeyOfTheOtherKindDoesNotGetThrough() {
    assertThatItEnds(
        new FakeCall(KV).meets(door, "Bearer " + ADMIN_KEY),
        Status.Code.PERMISSION_DENIED,
        "this needs an API key of an account, not an admin key");
    assertThatItEnds(
        new FakeCall(ADMIN).meets(door, "Bearer " + API_KEY),
        Status.Code.PERMISSION_DENIED,
        "this needs an admin key, not an API key of an account");
  }

  @Test
  void anAdminKeyThatIsNotConfiguredDoesNotGetThrough() {
    byte[] other = new byte[32];
    other[0] = 1;
    assertThatItEnds(
        new FakeCall(ADMIN).meets(door, "Bearer " + ApiKeyText.of("admin", other).reveal()),
        Status.Code.UNAUTHENTICATED,
        "the key is not valid");
  }

  @Test
  void aMethodWithoutARuleIsNotServedToAnyone() {
    MethodDescriptor<?, ?> unlisted =
        KvGrpc.getSessionMethod().toBuilder().setFullMethodName("relaykv.v1.Kv/Other").build();
    assertThatItEnds(
        new FakeCall(unlisted).meets(door, "Bearer " + API_KEY),
        Status.Code.UNIMPLEMENTED,
        "not served");
    assertThatItEnds(
        new FakeCall(unlisted).meets(door, "Bearer " + ADMIN_KEY),
        Status.Code.UNIMPLEMENTED,
        "not served");
  }

  @Test
  void whoFailsTooOftenIsToldSoAndWhoShowsAKeyGetsThroughStill() {
    for (int i = 0; i < 600; i++) {
      new FakeCall(KV).meets(door);
    }
    assertThatItEnds(
        new FakeCall(KV).meets(door), Status.Code.RESOURCE_EXHAUSTED, Refusals.TOO_MANY);
    assertThat(new FakeCall(KV).meets(door, "Bearer " + API_KEY).admitted).isEqualTo(1);
    assertThat(new FakeCall(ADMIN).meets(door, "Bearer " + ADMIN_KEY).admitted).isEqualTo(1);
  }

  @Test
  void whatIsRefusedIsWrittenDownWithoutTheSecret() throws IOException {
    new FakeCall(ADMIN).meets(door, "Bearer " + API_KEY);
    new FakeCall(KV).meets(door, "Bearer rk_17_" + "f".repeat(63));
    List<String> lines = Files.readAllLines(directory.resolve("audit.log"));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .contains("\"key\":\"17\",\"remote\":\"127.0.0.1:1234\",\"action\":\"CreateAccount\"")
        .contains("\"outcome\":\"forbidden\"")
        .doesNotContain("0".repeat(20));
    assertThat(lines.get(1))
        .contains("\"key\":\"\"")
        .contains("\"action\":\"Session\"")
        .contains("\"outcome\":\"unauthenticated\"")
        .doesNotContain("f".repeat(20));
  }

  private static void assertThatItEnds(FakeCall call, Status.Code code, String description) {
    assertThat(call.admitted).isZero();
    assertThat(call.ends).hasSize(1);
    assertThat(call.ends.get(0).getCode()).isEqualTo(code);
    assertThat(call.ends.get(0).getDescription()).isEqualTo(description);
  }
}
