package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Response;
import io.relaykv.server.raft.WriteOutcome;
import org.junit.jupiter.api.Test;

class ResponsesTest {
  @Test
  void tellsTheClientWhetherAWriteMayHaveBeenApplied() {
    assertThat(Responses.written(7, new WriteOutcome.Applied(), () -> "full").hasWritten())
        .isTrue();
    assertThat(code(new WriteOutcome.NotLeading())).isEqualTo(Failure.Code.NOT_LEADER);
    assertThat(code(new WriteOutcome.Unavailable("busy"))).isEqualTo(Failure.Code.UNAVAILABLE);
    assertThat(code(new WriteOutcome.Unknown("lost"))).isEqualTo(Failure.Code.OUTCOME_UNKNOWN);
    assertThat(code(new WriteOutcome.Dropped()))
        .as("an earlier copy of it may have been applied")
        .isEqualTo(Failure.Code.OUTCOME_UNKNOWN);
  }

  @Test
  void tellsWhyAWriteWasNotAllowed() {
    assertThat(code(new WriteOutcome.NotAllowed())).isEqualTo(Failure.Code.UNAUTHENTICATED);
    assertThat(code(new WriteOutcome.OverQuota())).isEqualTo(Failure.Code.REFUSED);
    assertThat(code(new WriteOutcome.Malformed())).isEqualTo(Failure.Code.INVALID);
    assertThat(
            Responses.written(7, new WriteOutcome.OverQuota(), () -> "holds 9 of 9")
                .getFailure()
                .getMessage())
        .isEqualTo("holds 9 of 9");
  }

  @Test
  void aStoredEmptyValueIsNotAMissingOne() {
    assertThat(Responses.value(1, null).hasMissing()).isTrue();
    assertThat(Responses.value(1, new byte[0]).hasValue()).isTrue();
  }

  private static Failure.Code code(WriteOutcome outcome) {
    Response response = Responses.written(7, outcome, () -> "holds 9 of 9");
    assertThat(response.getId()).isEqualTo(7);
    return response.getFailure().getCode();
  }
}
