package io.relaykv.testkit.node;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the process of a node before anything else, and changes classes as they are loaded:
 * Ratis' log, so that it uses a {@link LogDisk}, and all of RelayKV's that look at the wall clock,
 * so that they look at a {@link WallClock}. Public because the JVM calls it.
 */
public final class FaultAgent implements ClassFileTransformer {
  /** Through it Ratis 3.3.0 writes every entry of its log. */
  private static final String LOG_CHANNEL =
      "org/apache/ratis/server/raftlog/segmented/BufferedWriteChannel";

  private static final CallRedirection TO_THE_LOG_DISK =
      new CallRedirection(
          Set.of(
              "org/apache/ratis/util/FileUtils.newFileChannel",
              "java/nio/channels/FileChannel.write",
              "java/nio/channels/FileChannel.force",
              "java/nio/channels/FileChannel.truncate",
              "java/nio/channels/FileChannel.close"));

  private static final String PRODUCT = "io/relaykv/";
  private static final String TESTKIT = "io/relaykv/testkit/";

  private static final CallRedirection TO_THE_WALL_CLOCK =
      new CallRedirection(
          Set.of(
              "java/lang/System.currentTimeMillis",
              "java/time/Clock.systemUTC",
              "java/time/Instant.now"));

  private FaultAgent() {}

  /** Called by the JVM. */
  public static void premain(String unused, Instrumentation instrumentation) {
    instrumentation.addTransformer(new FaultAgent());
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] classFile) {
    if (name == null) {
      return null;
    }
    if (name.equals(LOG_CHANNEL)) {
      return changed(TO_THE_LOG_DISK, name, classFile);
    }
    if (name.startsWith(PRODUCT) && !name.startsWith(TESTKIT) && looksAtTheClock(classFile)) {
      return changed(TO_THE_WALL_CLOCK, name, classFile);
    }
    return null;
  }

  /** Few classes do; the others are left alone quickly. */
  private static boolean looksAtTheClock(byte[] classFile) {
    String constants = new String(classFile, StandardCharsets.ISO_8859_1);
    return constants.contains("currentTimeMillis")
        || constants.contains("systemUTC")
        || constants.contains("java/time/Instant");
  }

  /** The JVM would go on without a word if this failed. */
  private static byte[] changed(CallRedirection redirection, String name, byte[] classFile) {
    try {
      return redirection.applyTo(classFile);
    } catch (RuntimeException | Error e) {
      System.err.println("The testkit cannot change " + name + ": " + e);
      Runtime.getRuntime().halt(FaultyNodeMain.CANNOT_HAVE_FAULTS);
      throw e;
    }
  }
}
