package io.relaykv.tests.history;

import static io.relaykv.tests.history.Ops.delete;
import static io.relaykv.tests.history.Ops.get;
import static io.relaykv.tests.history.Ops.on;
import static io.relaykv.tests.history.Ops.put;
import static io.relaykv.tests.history.Outcome.FAIL;
import static io.relaykv.tests.history.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinearizabilityCheckerTest {
  private static Named<List<Operation>> history(String name, Operation... operations) {
    return Named.of(name, List.of(operations));
  }

  static Stream<Named<List<Operation>>> good() {
    return Stream.of(
        history("one put", put(1, "a", 0, 1)),
        history("nothing was there", get(1, null, 0, 1)),
        history("a put is read", put(1, "a", 0, 1), get(2, "a", 2, 3)),
        history("a delete is read", put(1, "a", 0, 1), delete(1, 2, 3), get(2, null, 4, 5)),
        history("a put under way was applied", put(1, "a", 0, 9), get(2, "a", 2, 3)),
        history("a put under way was not applied", put(1, "a", 0, 9), get(2, null, 2, 3)),
        history(
            "a put under way is applied between two gets",
            put(1, "a", 0, 9),
            get(2, null, 1, 2),
            get(2, "a", 3, 4)),
        history(
            "puts at one time end in either order",
            put(1, "a", 0, 9),
            put(2, "b", 0, 9),
            get(3, "b", 10, 11)),
        history(
            "a get ends at the moment at which a put begins", get(1, "a", 0, 5), put(2, "a", 5, 9)),
        history("a failed put is not read", put(1, "a", 0, 1, FAIL), get(2, null, 2, 3)),
        history(
            "a failed delete did nothing",
            put(1, "a", 0, 1),
            delete(1, 2, 3, FAIL),
            get(2, "a", 4, 5)),
        history("an unknown put was applied", put(1, "a", 0, 1, UNKNOWN), get(2, "a", 2, 3)),
        history("an unknown put was not applied", put(1, "a", 0, 1, UNKNOWN), get(2, null, 2, 3)),
        history(
            "an unknown put is applied late",
            put(1, "a", 0, 1, UNKNOWN),
            put(2, "b", 2, 3),
            get(2, "b", 4, 5),
            get(2, "a", 6, 7)),
        history(
            "an unknown put is read, and overwritten",
            put(1, "a", 0, 1, UNKNOWN),
            get(2, "a", 2, 3),
            put(2, "b", 4, 5),
            get(2, "b", 6, 7)),
        history(
            "an unknown delete is applied late",
            put(1, "a", 0, 1),
            delete(2, 0, 1, UNKNOWN),
            get(3, "a", 2, 3),
            get(3, null, 4, 5)),
        history(
            "two unknown deletes are applied one after the other",
            delete(1, 0, 1, UNKNOWN),
            delete(2, 0, 1, UNKNOWN),
            put(3, "a", 2, 3),
            get(3, null, 4, 5),
            put(3, "b", 6, 7),
            get(3, null, 8, 9)),
        history(
            "an unknown get says nothing",
            put(1, "a", 0, 1),
            Ops.op(2, OpKind.GET, null, 2, 3, UNKNOWN)),
        history(
            "accounts have keys of their own",
            on("x", "k", put(1, "a", 0, 1)),
            on("y", "k", get(2, null, 2, 3)),
            on("x", "k", get(2, "a", 4, 5))),
        history(
            "each key has its own value",
            on(null, "k1", put(1, "a", 0, 1)),
            on(null, "k2", get(2, null, 2, 3)),
            on(null, "k1", get(2, "a", 4, 5))));
  }

  @ParameterizedTest
  @MethodSource("good")
  void goodHistoriesAreLinearizable(List<Operation> history) {
    assertThat(new LinearizabilityChecker().check(history))
        .isInstanceOf(Verdict.Linearizable.class);
    assertThat(LinearizabilityChecker.raw(1000).check(history))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  static Stream<Named<List<Operation>>> bad() {
    return Stream.of(
        history("stale read", put(1, "a", 0, 1), put(1, "b", 2, 3), get(2, "a", 4, 5)),
        history("lost put", put(1, "a", 0, 1), get(2, null, 2, 3)),
        history(
            "lost put, the one before is back",
            put(1, "a", 0, 1),
            put(2, "b", 2, 3),
            get(3, "b", 4, 5),
            get(3, "a", 6, 7)),
        history("phantom value", put(1, "a", 0, 1), get(2, "never", 2, 3)),
        history(
            "value of another key",
            on(null, "k2", put(1, "a", 0, 1)),
            on(null, "k", get(2, "a", 2, 3))),
        history(
            "value of another account",
            on("x", "k", put(1, "a", 0, 1)),
            on(null, "k", get(2, "a", 2, 3))),
        history("failed put is read", put(1, "a", 0, 1, FAIL), get(2, "a", 2, 3)),
        history("value from the future", get(2, "a", 0, 1), put(1, "a", 2, 3)),
        history("unknown value from the future", get(2, "a", 0, 1), put(1, "a", 2, 3, UNKNOWN)),
        history("deleted value resurrected", put(1, "a", 0, 1), delete(1, 2, 3), get(2, "a", 4, 5)),
        history(
            "failed delete has an effect",
            put(1, "a", 0, 1),
            delete(1, 2, 3, FAIL),
            get(2, null, 4, 5)),
        history(
            "gets disagree about the order of two puts",
            put(1, "a", 0, 9),
            put(2, "b", 0, 9),
            get(3, "a", 1, 2),
            get(3, "b", 3, 4),
            get(4, "a", 5, 6)),
        history(
            "a put under way comes and goes",
            put(1, "a", 0, 1),
            put(2, "b", 2, 9),
            get(3, "b", 3, 4),
            get(3, "a", 5, 6)),
        history(
            "an unknown put was read, then the old value",
            put(1, "a", 0, 1),
            put(2, "b", 2, 3, UNKNOWN),
            get(3, "b", 4, 5),
            get(3, "a", 6, 7)),
        history(
            "an unknown put is applied twice",
            put(1, "a", 0, 1, UNKNOWN),
            get(3, "a", 2, 3),
            put(2, "b", 4, 5),
            get(3, "a", 6, 7)),
        history(
            "an unknown delete is applied twice",
            delete(1, 0, 1, UNKNOWN),
            put(3, "a", 2, 3),
            get(3, null, 4, 5),
            put(3, "b", 6, 7),
            get(3, null, 8, 9)),
        history(
            "an unknown delete has an effect before it began",
            put(1, "a", 0, 1),
            get(3, null, 2, 3),
            delete(2, 4, 5, UNKNOWN)),
        history(
            "an unknown delete was seen, then the old value",
            put(1, "a", 0, 1),
            delete(2, 2, 3, UNKNOWN),
            get(3, null, 4, 5),
            get(3, "a", 6, 7)));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badHistoriesAreNot(List<Operation> history) {
    Verdict verdict = new LinearizabilityChecker().check(history);
    assertThat(verdict)
        .asInstanceOf(type(Verdict.Violation.class))
        .returns("k", Verdict.Violation::key);
    assertThat(LinearizabilityChecker.raw(1000).check(history))
        .isInstanceOf(Verdict.Violation.class);
  }

  static Stream<Arguments> noHistory() {
    return Stream.of(
        arguments("no operations", List.of()),
        arguments("two puts of the value a", List.of(put(1, "a", 0, 1), put(2, "a", 2, 3))),
        arguments(
            "two puts of the value a",
            List.of(on(null, "k1", put(1, "a", 0, 1)), on(null, "k2", put(2, "a", 2, 3)))),
        arguments(
            "client 1 has two operations in flight",
            List.of(put(1, "a", 0, 5), get(1, null, 4, 9))),
        arguments(
            "client 1 goes on after a put of k whose outcome is unknown",
            List.of(put(1, "a", 0, 1, UNKNOWN), get(1, "a", 2, 3))),
        arguments(
            "client 1 goes on after a delete of k whose outcome is unknown",
            List.of(delete(1, 0, 1, UNKNOWN), put(1, "a", 2, 3))));
  }

  @ParameterizedTest
  @MethodSource("noHistory")
  void whatBreaksTheRulesIsNoHistory(String problem, List<Operation> history) {
    assertThat(new LinearizabilityChecker().check(history))
        .isInstanceOf(Verdict.BadInput.class)
        .asString()
        .contains(problem);
  }

  @Test
  void aClientMayGoOnAfterAGetWithoutAnAnswer() {
    assertThat(
            new LinearizabilityChecker()
                .check(List.of(Ops.op(1, OpKind.GET, null, 0, 1, UNKNOWN), get(1, null, 2, 3))))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  /**
   * In-flight operations that nobody wrote down are a mistake of the recorder, and look like this.
   */
  @Test
  void theValueOfAnUnrecordedPutIsCalledPutByNobody() {
    assertThat(new LinearizabilityChecker().check(List.of(get(2, "1-1", 2, 3))))
        .asString()
        .contains("nobody has put");
  }

  @Test
  void theExplanationShowsTheEndOfTheLongestOrderAndWhatDoesNotFit() {
    Operation stale =
        new Operation(
            7,
            "acme",
            OpKind.GET,
            "k",
            "1-1",
            30_000_000,
            31_250_000,
            Outcome.OK,
            "n2",
            null,
            null);
    List<Operation> history =
        List.of(
            on("acme", "other", put(9, "9-1", 10, 12)),
            on("acme", "k", put(1, "1-1", 12, 14)),
            on("acme", "k", put(1, "1-2", 15, 17)),
            stale,
            on("acme", "k", put(1, "1-3", 40, 41)));
    assertThat(new LinearizabilityChecker().check(history))
        .hasToString(
            """
            NOT linearizable: key k of account acme
              the longest order found has 2 of 4 operations; its end:
                client  op      value                      call ms     return ms  outcome  node
                     1  put     1-1                          2.000         4.000  ok       any
                     1  put     1-2                          5.000         7.000  ok       any
              one of these has to follow, and none does, here or earlier:
                client  op      value                      call ms     return ms  outcome  node
                     7  get     1-1                         20.000        21.250  ok       n2""");
  }

  @Test
  void theExplanationIsShortAndNamesThePutOfWhatWasRead() {
    Stream<Operation> puts =
        LongStream.range(0, 1000).mapToObj(i -> put(1, "1-" + i, 2 * i, 2 * i + 1));
    List<Operation> history = Stream.concat(puts, Stream.of(get(2, "1-500", 2000, 2001))).toList();
    assertThat(new LinearizabilityChecker().check(history).toString())
        .contains("1000 of 1001", "1-999 ", "what they read was put by", "1-500 ")
        .hasLineCount(17);
  }

  @Test
  void itGivesUpAfterSoManySteps() {
    List<Operation> history =
        IntStream.range(0, 30).mapToObj(i -> put(i, "v" + i, 0, 100)).toList();
    assertThat(new LinearizabilityChecker(29).check(history))
        .isInstanceOf(Verdict.Undecided.class)
        .asString()
        .contains("undecided: key k");
    assertThat(new LinearizabilityChecker(30).check(history))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  /** A get that is under way all the time keeps what comes after it from being left out. */
  @Test
  void itGivesUpBeforeWhatItKeepsFillsTheMemory() {
    Stream<Operation> puts =
        LongStream.range(0, 3000).mapToObj(i -> put(1, "1-" + i, 2 * i, 2 * i + 1));
    List<Operation> history = Stream.concat(puts, Stream.of(get(2, "1-2999", 0, 6001))).toList();
    assertThat(new LinearizabilityChecker(3001).check(history))
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(new LinearizabilityChecker(10_000).check(history))
        .hasToString("linearizable: 3001 operations on 1 keys, found in 3001 steps");
  }

  @Test
  void aViolationOnOneKeyIsFoundThoughAnotherIsUndecided() {
    Stream<Operation> hard =
        IntStream.range(10, 40).mapToObj(i -> on(null, "hard", put(i, "v" + i, 0, 100)));
    Stream<Operation> wrong = Stream.of(put(1, "a", 0, 1), put(1, "b", 2, 3), get(2, "a", 4, 5));
    assertThat(new LinearizabilityChecker(29).check(Stream.concat(hard, wrong).toList()))
        .isInstanceOf(Verdict.Violation.class);
  }
}
