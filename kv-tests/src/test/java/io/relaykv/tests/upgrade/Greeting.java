package io.relaykv.tests.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.UnknownFieldSet;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Done;
import io.relaykv.statemachine.store.StoreBatch;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * The command that the {@link NextBuild} has and this version has not: it puts {@value #VALUE}
 * under {@value #KEY} in the first account. In the log it is an operation that this version does
 * not know. As there is no call for it, an operator gives it by making an account {@value #ASKED}.
 */
public final class Greeting {
  /** What an operator asks for. */
  public static final String ASKED = "greeting-please";

  /** What is there then. */
  public static final String KEY = "greeting";

  /** And what it says. */
  public static final String VALUE = "hello";

  /** Of the operation in {@link Command}. */
  private static final int FIELD = 1000;

  private static final long ACCOUNT = 1;

  private Greeting() {}

  /** Called by a changed class. */
  public static boolean isIn(Command command) {
    return command.getUnknownFields().hasField(FIELD);
  }

  /** Called by a changed class. */
  public static void replace(Command.Builder command) {
    if (command.getCreateAccount().getName().equals(ASKED)) {
      command
          .clear()
          .setUnknownFields(
              UnknownFieldSet.newBuilder()
                  .addField(FIELD, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                  .build());
    }
  }

  /** Called by a changed class. */
  public static @Nullable CommandResult carryOut(Command command, StoreBatch batch) {
    if (!isIn(command)) {
      return null;
    }
    batch.put(ACCOUNT, KEY, ('"' + VALUE + '"').getBytes(UTF_8));
    return CommandResult.newBuilder().setDone(Done.newBuilder().setId(ACCOUNT)).build();
  }

  /** The next version supports one more level. */
  static final class IsSupported {
    private IsSupported() {}

    @Advice.OnMethodExit
    @SuppressWarnings("UnusedVariable") // the method returns it
    static void exit(@Advice.Return(readOnly = false) int level) {
      level = NextBuild.LEVEL;
    }
  }

  /** It says which one the command needs. */
  static final class NeedsLevel {
    private NeedsLevel() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.Argument(0) Command command) {
      return isIn(command);
    }

    @Advice.OnMethodExit
    static void exit(@Advice.Enter boolean greeting, @Advice.Return(readOnly = false) int level) {
      if (greeting) {
        level = NextBuild.LEVEL;
      }
    }
  }

  /** It knows it. */
  static final class IsKnown {
    private IsKnown() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.Argument(0) Command command) {
      return isIn(command);
    }
  }

  /** It applies it. */
  static final class IsCarriedOut {
    private IsCarriedOut() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static @Nullable CommandResult enter(
        @Advice.Argument(0) Command command, @Advice.Argument(2) StoreBatch batch) {
      return carryOut(command, batch);
    }

    @Advice.OnMethodExit
    static void exit(
        @Advice.Enter @Nullable CommandResult carriedOut,
        @Advice.Return(readOnly = false) CommandResult result) {
      if (carriedOut != null) {
        result = carriedOut;
      }
    }
  }

  /** It proposes it when an operator asks for it. */
  static final class IsProposed {
    private IsProposed() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) Command.Builder command) {
      replace(command);
    }
  }
}
