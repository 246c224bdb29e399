package io.relaykv.testkit;

import static net.bytebuddy.matcher.ElementMatchers.any;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.MemberSubstitution;

/**
 * Runs in the process of a node, and stands between Ratis and the files of its log: makes writes
 * and fsyncs fail while a file says so. Public because the JVM and the changed class call it.
 */
public final class LogFaultAgent {
  /** Through it Ratis 3.3.0 writes every entry of its log. */
  private static final String LOG_CHANNEL =
      "org.apache.ratis.server.raftlog.segmented.BufferedWriteChannel";

  /** Up to where each file has been written through to the disk. */
  private static final Map<FileChannel, Long> SYNCED =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static volatile Path fault = Path.of("");

  private LogFaultAgent() {}

  /** Called by the JVM before the node starts, with the name of the file that says what fails. */
  public static void premain(String faultFile, Instrumentation instrumentation)
      throws NoSuchMethodException {
    fault = Path.of(faultFile);
    // Relaxed, as Ratis is compiled against the class library of Java 8.
    MemberSubstitution substitution =
        MemberSubstitution.relaxed()
            .method(named("write").and(takesArguments(ByteBuffer.class)))
            .replaceWith(
                LogFaultAgent.class.getMethod("write", FileChannel.class, ByteBuffer.class))
            .method(named("force").and(takesArguments(boolean.class)))
            .replaceWith(LogFaultAgent.class.getMethod("force", FileChannel.class, boolean.class));
    new AgentBuilder.Default()
        .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
        .type(named(LOG_CHANNEL))
        .transform((builder, type, loader, module, domain) -> builder.visit(substitution.on(any())))
        .installOn(instrumentation);
  }

  /** Called instead of {@link FileChannel#write(ByteBuffer)}. */
  public static int write(FileChannel channel, ByteBuffer from) throws IOException {
    SYNCED.putIfAbsent(channel, channel.position());
    if (strikes(LogFault.WRITE_ONCE, LogFault.WRITE)) {
      throw new IOException("Input/output error");
    }
    return channel.write(from);
  }

  /** Called instead of {@link FileChannel#force}. */
  public static void force(FileChannel channel, boolean metaData) throws IOException {
    if (strikes(LogFault.FSYNC_ONCE, LogFault.FSYNC)) {
      channel.truncate(SYNCED.getOrDefault(channel, 0L));
      throw new IOException("Input/output error");
    }
    channel.force(metaData);
    SYNCED.put(channel, channel.position());
  }

  private static boolean strikes(LogFault one, LogFault other) throws IOException {
    LogFault set;
    try {
      set = LogFault.valueOf(Files.readString(fault));
    } catch (NoSuchFileException e) {
      return false;
    }
    if (set != one && set != other) {
      return false;
    }
    if (set.isOnce()) {
      Files.deleteIfExists(fault);
    }
    return true;
  }
}
