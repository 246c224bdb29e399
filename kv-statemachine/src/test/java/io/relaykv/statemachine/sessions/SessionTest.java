package io.relaykv.statemachine.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaykv.statemachine.sessions.Session.Decision;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final SessionId ID = new SessionId(0x0123456789abcdefL, -2);

  @Test
  void appliesAWriteOnce() {
    Session session = Session.create(ID);
    assertThat(session.decide(1)).isEqualTo(Decision.APPLY);
    assertThat(session.decide(3)).isEqualTo(Decision.APPLY);
    assertThat(session.decide(1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(session.decide(2)).isEqualTo(Decision.APPLY);
    assertThat(session.decide(3)).isEqualTo(Decision.ALREADY_APPLIED);
  }

  @Test
  void dropsWhatItsClientNoLongerWaitsFor() {
    Session session = Session.create(ID);
    session.decide(1);
    session.answeredBelow(3);
    assertThat(session.decide(1)).isEqualTo(Decision.DROP);
    assertThat(session.decide(2)).isEqualTo(Decision.DROP);
    assertThat(session.decide(3)).isEqualTo(Decision.APPLY);
  }

  @Test
  void comesBackFromItsRow() {
    Session session = Session.create(ID);
    session.touch(1_000, 77, 3);
    session.answeredBelow(4);
    session.decide(4);
    session.decide(9);
    Session again = Session.fromRow(ID.toBytes(), session.toRow());
    assertThat(again.toRow()).isEqualTo(session.toRow());
    assertThat(again.id()).isEqualTo(ID);
    assertThat(again.activeMs()).isEqualTo(1_000);
    assertThat(again.activeIndex()).isEqualTo(77);
    assertThat(again.activePosition()).isEqualTo(3);
    assertThat(again.decide(3)).isEqualTo(Decision.DROP);
    assertThat(again.decide(4)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(again.decide(5)).isEqualTo(Decision.APPLY);
    assertThat(again.decide(9)).isEqualTo(Decision.ALREADY_APPLIED);
  }

  @Test
  void itsRowIsAsDocumented() {
    Session session = Session.create(ID);
    session.touch(1_000, 77, 3);
    session.answeredBelow(4);
    session.decide(4);
    session.decide(5);
    byte[] expected =
        ByteBuffer.allocate(44)
            .putLong(1_000)
            .putLong(77)
            .putInt(3)
            .putLong(4)
            .putLong(4)
            .putLong(5)
            .array();
    assertThat(session.toRow()).isEqualTo(expected);
  }

  @Test
  void anIdIsItsSixteenBytes() {
    assertThat(SessionId.of(ID.toBytes())).isEqualTo(ID);
    assertThat(ID).hasToString("0123456789abcdeffffffffffffffffe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionId.of(new byte[15]))
        .withMessage("a session id has 16 bytes, not 15");
    assertThatIllegalArgumentException().isThrownBy(() -> SessionId.of(new byte[17]));
  }
}
