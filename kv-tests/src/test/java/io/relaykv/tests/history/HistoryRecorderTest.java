package io.relaykv.tests.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryRecorderTest {
  private Path file;
  private HistoryRecorder recorder;

  @BeforeEach
  void record(@TempDir Path directory) throws IOException {
    file = directory.resolve("history.jsonl");
    recorder = new HistoryRecorder(file);
  }

  @AfterEach
  void close() throws IOException {
    recorder.close();
  }

  @Test
  void operationsAreInMemoryAndInTheFileAsSoonAsTheyEnd() throws IOException {
    RecordedClient client = recorder.newClient("acme", "n1");
    String value = client.newValue();
    long before = System.nanoTime();
    PendingOperation put = client.put("k", value);
    long between = System.nanoTime();
    put.ok();
    long after = System.nanoTime();
    client.get("k").ok(Optional.of(value));
    client.delete("k").ok();
    client.get("k").ok(Optional.empty());
    client.get("k").failed("not ready");

    assertThat(recorder.operations())
        .extracting(Operation::op, Operation::value, Operation::outcome, Operation::err)
        .containsExactly(
            row(OpKind.PUT, value, Outcome.OK, null),
            row(OpKind.GET, value, Outcome.OK, null),
            row(OpKind.DELETE, null, Outcome.OK, null),
            row(OpKind.GET, null, Outcome.OK, null),
            row(OpKind.GET, null, Outcome.FAIL, "not ready"));
    Operation first = recorder.operations().get(0);
    assertThat(first.call()).isBetween(before, between);
    assertThat(first.returned()).isBetween(between, after);
    assertThat(first.account()).isEqualTo("acme");
    assertThat(first.node()).isEqualTo("n1");
    assertThat(first.key()).isEqualTo("k");
    assertThat(HistoryFile.read(file)).isEqualTo(recorder.operations());
  }

  private static org.assertj.core.groups.Tuple row(Object... columns) {
    return org.assertj.core.groups.Tuple.tuple(columns);
  }

  @Test
  void aClientIsAnotherOneAfterAWriteOfUnknownOutcome() {
    RecordedClient client = recorder.newClient();
    client.put("k", client.newValue()).failed("refused");
    client.get("k").unknown("deadline");
    client.put("k", client.newValue()).unknown("deadline");
    client.delete("k").unknown("deadline");
    client.get("k").ok(Optional.empty());
    recorder.newClient().get("k").ok(Optional.empty());
    assertThat(recorder.operations())
        .extracting(Operation::client)
        .containsExactly(1, 1, 1, 2, 3, 4);
    assertThat(new LinearizabilityChecker().check(recorder.operations()))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void whatIsInFlightAtTheEndIsUnknownWhateverComesOfItLater() throws IOException {
    PendingOperation put = recorder.newClient("n1").put("k", "1-1");
    PendingOperation get = recorder.newClient("n2").get("k");
    get.ok(Optional.of("1-1"));
    recorder.close();
    put.ok();
    recorder.close();

    List<Operation> history = HistoryFile.read(file);
    assertThat(history).isEqualTo(recorder.operations());
    assertThat(history)
        .extracting(Operation::op, Operation::value, Operation::outcome)
        .containsExactly(
            row(OpKind.GET, "1-1", Outcome.OK), row(OpKind.PUT, "1-1", Outcome.UNKNOWN));
    assertThat(new LinearizabilityChecker().check(history))
        .isInstanceOf(Verdict.Linearizable.class);
    assertThatIllegalStateException()
        .isThrownBy(() -> recorder.newClient().get("k"))
        .withMessageContaining("closed");
  }

  @Test
  void aClientHasOneOperationInFlightWhichEndsOnceAndAsItsKindDoes() {
    RecordedClient client = recorder.newClient();
    PendingOperation get = client.get("k");
    assertThatIllegalStateException()
        .isThrownBy(() -> client.put("k", "v"))
        .withMessage("client 1 has an operation in flight");
    assertThatIllegalStateException().isThrownBy(get::ok);
    get.ok(Optional.empty());
    assertThatIllegalStateException().isThrownBy(() -> get.unknown("late"));
    PendingOperation delete = client.delete("k");
    assertThatIllegalStateException().isThrownBy(() -> delete.ok(Optional.of("v")));
    delete.ok();
    assertThat(recorder.operations()).hasSize(2);
  }

  @Test
  void manyThreadsRecordAHistoryOfARealRegister() throws Exception {
    AtomicReference<Optional<String>> register = new AtomicReference<>(Optional.empty());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RecordedClient client = recorder.newClient();
      clients.add(
          threads.submit(
              () -> {
                for (int j = 0; j < 500; j++) {
                  String value = client.newValue();
                  PendingOperation put = client.put("k", value);
                  register.set(Optional.of(value));
                  if (j % 50 == 0) {
                    put.unknown("no answer");
                  } else {
                    put.ok();
                  }
                  PendingOperation get = client.get("k");
                  get.ok(register.get());
                }
              }));
    }
    for (Future<?> client : clients) {
      client.get();
    }
    threads.shutdown();
    recorder.close();

    List<Operation> history = HistoryFile.read(file);
    assertThat(history).hasSize(4000);
    assertThat(new LinearizabilityChecker().check(history))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void theSummaryCountsPartsOfIt() {
    RecordedClient first = recorder.newClient("n1");
    RecordedClient second = recorder.newClient("n2");
    first.put("k", "1-1").ok();
    long from = System.nanoTime();
    first.get("k").ok(Optional.of("1-1"));
    second.get("k").ok(Optional.empty());
    second.get("k").unknown("deadline");
    long to = System.nanoTime();
    second.delete("k").failed("refused");

    HistorySummary all = recorder.summary();
    assertThat(all)
        .hasToString(
            "put: 1 ok, 0 fail, 0 unknown; get: 2 ok, 0 fail, 1 unknown; delete: 0 ok, 1 fail, 0 unknown");
    assertThat(all.count(Outcome.OK)).isEqualTo(3);
    assertThat(all.readsOfValues()).isEqualTo(1);
    assertThat(all.at("n2").count(OpKind.GET, Outcome.OK)).isEqualTo(1);
    HistorySummary during = all.calledBetween(from, to);
    assertThat(during.operations()).hasSize(3);
    assertThat(during.at("n2").count(Outcome.UNKNOWN)).isEqualTo(1);
  }
}
