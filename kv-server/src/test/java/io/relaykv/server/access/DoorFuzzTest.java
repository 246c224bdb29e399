package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.fuzz.BytesAsRandom;
import io.relaykv.protocol.fuzz.SeededRun;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.KvGrpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any authorization header gets through or ends the call once; any text is a key or is not. */
class DoorFuzzTest {
  private static final byte[] ADMIN_SECRET = new byte[32];

  private AuditLog audit;
  private Door door;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    audit = Shown.audit(temp);
    door =
        new Door(
            new AdminKeys(List.of(HexFormat.of().formatHex(ApiKeyText.sha256(ADMIN_SECRET)))),
            Shown.refusals(audit),
            remote -> {});
  }

  @AfterEach
  void close() {
    audit.close();
  }

  @Test
  void random() {
    SeededRun.of("door", this::meet);
  }

  @FuzzTest(maxDuration = "5m")
  void guided(byte[] input) {
    meet(input);
  }

  private void meet(byte[] input) {
    BytesAsRandom choices = new BytesAsRandom(input);
    boolean admin = choices.nextBoolean();
    MethodDescriptor<?, ?> method =
        admin ? AdminGrpc.getDeleteAccountMethod() : KvGrpc.getSessionMethod();
    String[] headers = new String[choices.nextInt(3)];
    for (int i = 0; i < headers.length; i++) {
      headers[i] = header(choices);
    }
    FakeCall call = new FakeCall(method).meets(door, headers);
    assertThat(call.admitted + call.ends.size()).isEqualTo(1);
    for (Status end : call.ends) {
      assertThat(end.getCode())
          .isIn(
              Status.Code.UNAUTHENTICATED,
              Status.Code.PERMISSION_DENIED,
              Status.Code.RESOURCE_EXHAUSTED);
    }
    if (call.admitted > 0) {
      assertThat(headers).hasSize(1);
      ApiKeyText key = ApiKeyText.parse(headers[0].substring("Bearer ".length()));
      assertThat(key.isAdmin()).isEqualTo(admin);
      assertThat(!admin || ADMIN.equals(key)).isTrue();
    }
    parse(new String(choices.rest(), StandardCharsets.ISO_8859_1));
  }

  private static final ApiKeyText ADMIN = ApiKeyText.of(ApiKeyText.ADMIN, ADMIN_SECRET);

  private static String header(BytesAsRandom choices) {
    byte[] secret = new byte[32];
    secret[31] = (byte) choices.nextInt(2);
    String key =
        ApiKeyText.of(choices.nextBoolean() ? "admin" : "1" + choices.nextInt(1000), secret)
            .reveal();
    StringBuilder header = new StringBuilder("Bearer ").append(key);
    for (int n = choices.nextInt(3); n > 0; n--) {
      int position = choices.nextInt(header.length());
      switch (choices.nextInt(3)) {
        case 0 -> header.setCharAt(position, (char) (' ' + choices.nextInt(95)));
        case 1 -> header.deleteCharAt(position);
        default -> header.insert(position, (char) (' ' + choices.nextInt(95)));
      }
    }
    return header.toString();
  }

  private static void parse(String text) {
    try {
      ApiKeyText key = ApiKeyText.parse(text);
      assertThat(key.reveal()).isEqualTo(text);
      assertThat(key.toString()).doesNotContain(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("this is no API key: one looks like");
    }
  }
}
