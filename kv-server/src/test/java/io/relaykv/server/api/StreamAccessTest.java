package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Request;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.Shown;
import io.relaykv.statemachine.AppliedState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a client is slowed down whose requests are refused again and again. */
class StreamAccessTest {
  private final List<Runnable> later = new ArrayList<>();
  private AppliedState state;
  private AuditLog audit;
  private StreamAccess access;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    state = new AppliedState(temp.resolve("db"));
    audit = Shown.audit(temp);
    access =
        new StreamAccess(
            Shown.CALLER,
            Shown.key(1),
            new KeyCheck(state::access, Clock.systemUTC()),
            Shown.refusals(audit),
            () -> {},
            later::add);
  }

  @AfterEach
  void close() {
    audit.close();
    state.close();
  }

  @Test
  void refusalsThatItsAddressMayHaveCostNoPause() {
    refuse(Shown.REFUSALS_PER_MINUTE);
    assertThat(pauses(1)).isZero();
  }

  @Test
  void onePauseIsForManyRefusalsHoweverManyFramesTheyAreIn() {
    refuse(Shown.REFUSALS_PER_MINUTE);
    int pauses = 0;
    for (int frame = 0; frame < 2 * StreamAccess.REFUSALS_PER_PAUSE; frame++) {
      refuse(1);
      pauses += pauses(1);
    }
    assertThat(pauses).isEqualTo(2);
  }

  @Test
  void allRefusalsAreWaitedForThoughAFrameHadMany() {
    refuse(Shown.REFUSALS_PER_MINUTE + 3 * StreamAccess.REFUSALS_PER_PAUSE);
    assertThat(pauses(10)).isEqualTo(3);
  }

  @Test
  void whatWaitsGoesOnAfterThePause() {
    refuse(Shown.REFUSALS_PER_MINUTE + StreamAccess.REFUSALS_PER_PAUSE);
    List<String> done = new ArrayList<>();
    assertThat(access.isHeldUp(() -> done.add("went on"))).isTrue();
    assertThat(done).isEmpty();
    later.remove(0).run();
    assertThat(done).containsExactly("went on");
  }

  private void refuse(int times) {
    Request request = Request.newBuilder().setId(1).setGet(Get.newBuilder().setKey("k")).build();
    for (int i = 0; i < times; i++) {
      assertThat(access.notValid(request).getFailure().getCode())
          .isEqualTo(Failure.Code.UNAUTHENTICATED);
    }
  }

  /** How often the client is held up when asked so often whether it is. */
  private int pauses(int asked) {
    int held = 0;
    for (int i = 0; i < asked; i++) {
      held += access.isHeldUp(() -> {}) ? 1 : 0;
    }
    return held;
  }
}
