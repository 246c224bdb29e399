package io.relaykv.tests.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaykv.statemachine.sessions.Session;
import io.relaykv.statemachine.sessions.SessionId;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process has the bug that it was started with, or ends. */
class BugAgentTest {
  /** A process that asks a session about a write that it has applied. */
  static final class Asking {
    public static void main(String[] arguments) throws Exception {
      Session session =
          (Session) Hidden.callStatic(Session.class.getName(), "create", new SessionId(1, 2, 3));
      session.applied(1);
      System.out.println("decided: " + session.decide(1));
    }
  }

  @Test
  void aProcessSaysThatItHasTheBugAndHasIt(@TempDir Path directory) throws Exception {
    Process process = start(Bug.SESSIONS_OFF.jvmArguments(directory).get(0));
    String output = outputOf(process);

    assertThat(output).contains(Bug.SESSIONS_OFF.announcements()).contains("decided: APPLY");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aProcessWhoseBugIsNotKnownEndsAtOnce(@TempDir Path directory) throws Exception {
    String known = Bug.SESSIONS_OFF.jvmArguments(directory).get(0);
    Process process = start(known.replace("SESSIONS_OFF", "NO_SUCH_BUG"));
    String output = outputOf(process);

    assertThat(output).contains("The bug NO_SUCH_BUG cannot be put in").doesNotContain("decided");
    assertThat(process.waitFor()).isEqualTo(70);
  }

  private static Process start(String agent) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            agent,
            "-cp",
            System.getProperty("java.class.path"),
            Asking.class.getName())
        .redirectErrorStream(true)
        .start();
  }

  private static String outputOf(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void aClassThatIsLoadedAlreadyIsNoted() {
    assertThatThrownBy(() -> BugAgent.putIn(Bug.SESSIONS_OFF, havingLoaded(Session.class)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(Session.class.getName() + " is loaded already");
  }

  @Test
  void aBugOfNoNodeIsNoted() {
    assertThatThrownBy(
            () -> BugAgent.putIn(Bug.TIMEOUT_REPORTED_AS_FAILURE, havingLoaded(Session.class)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Instrumentation havingLoaded(Class<?> type) {
    return (Instrumentation)
        Proxy.newProxyInstance(
            Instrumentation.class.getClassLoader(),
            new Class<?>[] {Instrumentation.class},
            (proxy, method, arguments) ->
                method.getName().equals("getAllLoadedClasses") ? new Class<?>[] {type} : null);
  }

  @Test
  void codeThatHasBeenRenamedIsNoted() {
    String session = Session.class.getName();
    assertThat(new Change(session, "decide", EveryWriteIsNew.class).classFile()).isNotEmpty();

    for (Change outdated :
        List.of(
            new Change(session + "s", "decide", EveryWriteIsNew.class),
            new Change(session, "decided", EveryWriteIsNew.class),
            // There are two of that name.
            new Change("io.relaykv.statemachine.store.KvStore", "get", Skipped.class),
            // Its result is another.
            new Change(session, "toRow", EveryWriteIsNew.class))) {
      assertThatThrownBy(outdated::classFile)
          .as(outdated.toString())
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
