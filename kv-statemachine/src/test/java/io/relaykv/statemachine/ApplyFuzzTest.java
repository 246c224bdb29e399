package io.relaykv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.protocol.fuzz.BytesAsRandom;
import io.relaykv.protocol.fuzz.RandomMessages;
import io.relaykv.protocol.fuzz.SeededRun;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Writes;
import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.store.StoreContents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever stands in the log, applying it comes to a result, to {@link UnknownCommandException} or
 * to {@link NodeTooOldException}, and to the same one on every replica: an entry that does
 * something else would stop all of them.
 */
class ApplyFuzzTest {
  private static final int ENTRIES_BETWEEN_COMPARISONS = 1_000;
  private static final int ENTRIES_OF_A_STORE = 20_000;

  private Path temp;
  private int stores;
  private int entries;
  private Replica one;
  private Replica other;
  private Replica restarted;
  private RandomCommands commands;

  @BeforeEach
  void open(@TempDir Path directory) {
    temp = directory;
    openStores();
  }

  private void openStores() {
    one = new Replica(temp.resolve("one" + stores));
    other = new Replica(temp.resolve("other" + stores));
    restarted = new Replica(temp.resolve("restarted" + stores));
    commands = new RandomCommands(new Random(stores));
    stores++;
    entries = 0;
    for (int i = 0; i < 10; i++) {
      apply(commands.next());
    }
  }

  @AfterEach
  void close() throws IOException {
    compare();
    one.close();
    other.close();
    restarted.close();
  }

  @Test
  void random() {
    SeededRun.of("apply", this::applyEntry);
  }

  @FuzzTest(maxDuration = "5m")
  void guided(byte[] input) throws IOException {
    applyEntry(input);
  }

  private void applyEntry(byte[] input) throws IOException {
    BytesAsRandom choices = new BytesAsRandom(input);
    try {
      apply(Command.parseFrom(entry(choices)));
    } catch (InvalidProtocolBufferException e) {
      // As KvStateMachine.decode finds it; KvStateMachineFuzzTest.
      return;
    }
    entries++;
    if (entries % ENTRIES_BETWEEN_COMPARISONS == 0) {
      compare();
      restarted.restart();
    }
    if (entries == ENTRIES_OF_A_STORE) {
      close();
      openStores();
    }
  }

  private byte[] entry(BytesAsRandom choices) {
    return switch (choices.nextInt(5)) {
      case 0 -> choices.rest();
      case 1 -> RandomMessages.like(Command.getDefaultInstance(), choices).toByteArray();
      case 2 ->
          Command.newBuilder()
              .setWrites((Writes) RandomMessages.like(Writes.getDefaultInstance(), choices))
              .build()
              .toByteArray();
      case 3 -> RandomMessages.damaged(commands.next(choices).toByteArray(), choices);
      default -> commands.next(choices).toByteArray();
    };
  }

  private void apply(Command command) {
    Optional<CommandResult> result = tryApply(one, command);
    assertThat(tryApply(other, command)).isEqualTo(result);
    assertThat(tryApply(restarted, command)).isEqualTo(result);
  }

  private static Optional<CommandResult> tryApply(Replica replica, Command command) {
    try {
      return Optional.of(replica.apply(command));
    } catch (UnknownCommandException | NodeTooOldException e) {
      return Optional.empty();
    }
  }

  private void compare() {
    SortedMap<String, String> contents = StoreContents.of(one.store());
    assertThat(StoreContents.of(other.store())).isEqualTo(contents);
    assertThat(StoreContents.of(restarted.store())).isEqualTo(contents);
    QuotaTest.assertThatTheCountIsRight(one, "the fuzzed store");
  }
}
