package io.relaykv.statemachine.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaykv.statemachine.sessions.Session.Decision;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final SessionId ID = new SessionId(17, 0x0123456789abcdefL, -2);

  @Test
  void appliesAWriteOnce() {
    Session session = Session.create(ID);
    assertThat(session.decide(1)).isEqualTo(Decision.APPLY);
    session.applied(1);
    assertThat(session.decide(3)).isEqualTo(Decision.APPLY);
    session.applied(3);
    assertThat(session.decide(1)).isEqualTo(Decision.ALREADY_APPLIED);
    assertThat(session.decide(2)).isEqualTo(Decision.APPLY);
    assertThat(session.decide(3)).isEqualTo(Decision.ALREADY_APPLIED);
  }

  @Test
  void aDecisionAloneIsNotRemembered() {
    Session session = Session.create(ID);
    byte[] before = session.toRow();
    assertThat(session.decide(1)).isEqualTo(Decision.APPLY);
    assertThat(session.decide(1)).as("refused meanwhile, sent again").isEqualTo(Decision.APPLY);
    assertThat(session.toRow()).isEqualTo(before);
  }

  @Test
  void dropsWhatItsClientNoLongerWaitsFor() {
    Session session = Session.create(ID);
    session.applied(1);
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
    session.applied(4);
    session.applied(9);
    Session again = Session.fromRow(ID.toRowKey(), session.toRow());
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
    session.applied(4);
    session.applied(5);
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
  void anIdIsItsAccountAndSixteenBytes() {
    byte[] name = HexFormat.of().parseHex("0123456789abcdeffffffffffffffffe");
    assertThat(SessionId.of(17, name)).isEqualTo(ID);
    assertThat(ID.toRowKey())
        .isEqualTo(HexFormat.of().parseHex("00000000000000110123456789abcdeffffffffffffffffe"));
    assertThat(ID).hasToString("0123456789abcdeffffffffffffffffe of account 17");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionId.of(17, new byte[15]))
        .withMessage("a session id has 16 bytes, not 15");
    assertThatIllegalArgumentException().isThrownBy(() -> SessionId.of(17, new byte[17]));
  }
}
