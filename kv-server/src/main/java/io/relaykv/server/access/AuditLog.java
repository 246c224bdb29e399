package io.relaykv.server.access;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import io.relaykv.protocol.Printable;
import io.relaykv.protocol.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPMDCAdapter;

/**
 * One JSON object a line for each change by an operator and each refusal:
 *
 * <pre>
 *   {"time":"2026-01-02T03:04:05.678Z","node":"n1","key":"17","remote":"10.0.0.9:51234",
 *    "action":"put","target":"flags/x","outcome":"forbidden"}
 * </pre>
 *
 * Text from outside is escaped to printable ASCII and cut. Never holds a secret. Ten files of 16
 * MiB are kept. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(AuditLog.class);

  private static final int MAX_FILES = 9;
  private static final String MAX_FILE_SIZE = "16MB";
  private static final int MAX_TEXT = 256;

  private final String nodeId;
  private final Clock clock;
  private final RollingFileAppender<ILoggingEvent> file;
  private final Logger logger;
  private final AtomicLong leftOut = new AtomicLong();

  private AuditLog(
      String nodeId, Clock clock, RollingFileAppender<ILoggingEvent> file, Logger logger) {
    this.nodeId = nodeId;
    this.clock = clock;
    this.file = file;
    this.logger = logger;
  }

  /**
   * Opens the log, behind what is in it.
   *
   * @param file made readable by its owner alone, like those that come after it
   */
  public static AuditLog open(Path file, String nodeId, Clock clock) throws IOException {
    LoggerContext context = new LoggerContext();
    // Without one, every event fails in the appender, which tells nobody but its own status list.
    context.setMDCAdapter(new NOPMDCAdapter());
    // Logback tells of a failed write nowhere else.
    context.getStatusManager().add(AuditLog::warn);
    context.start();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new OwnersFiles();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
    window.setContext(context);
    window.setParent(appender);
    window.setFileNamePattern(file + ".%i");
    window.setMinIndex(1);
    window.setMaxIndex(MAX_FILES);
    window.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FileSize.valueOf(MAX_FILE_SIZE));
    size.setCheckIncrement(Duration.buildBySeconds(1));
    size.start();
    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    appender.start();
    if (!appender.isStarted()) {
      throw new IOException("cannot write the audit log " + file);
    }
    return new AuditLog(nodeId, clock, appender, context.getLogger("audit"));
  }

  private static void warn(Status status) {
    if (status.getEffectiveLevel() >= Status.WARN) {
      log.warn("The audit log: {}", status.getMessage(), status.getThrowable());
    }
  }

  /** Makes each file, also after rolling, readable by its owner alone. */
  private static final class OwnersFiles extends RollingFileAppender<ILoggingEvent> {
    @Override
    public void openFile(String name) throws IOException {
      Path path = Path.of(name);
      if (!Files.exists(path)) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      super.openFile(name);
    }
  }

  /**
   * Writes a line.
   *
   * @param action what was asked for, in our own words
   * @param target upon what, as it came from outside
   * @param outcome what came of it, in our own words
   */
  public void write(Caller caller, String action, String target, String outcome) {
    long left = leftOut.getAndSet(0);
    JsonWriter json = new JsonWriter(256);
    json.startObject();
    member(json, "time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    member(json, "node", nodeId);
    member(json, "key", caller.keyId());
    member(json, "remote", caller.remoteText());
    member(json, "action", action);
    member(json, "target", printable(target));
    member(json, "outcome", outcome);
    if (left > 0) {
      json.member("left_out_before");
      json.number(Long.toString(left));
    }
    json.endObject();
    file.doAppend(new LoggingEvent("", logger, Level.INFO, json.toString(), null, new Object[0]));
  }

  /** Something was not written down, as there was too much of its kind: the next line says so. */
  void leftOut() {
    leftOut.incrementAndGet();
  }

  private static void member(JsonWriter json, String name, String value) {
    json.member(name);
    json.string(value);
  }

  /** Without the quotes that JSON puts around it. */
  private static String printable(String text) {
    String quoted = Printable.quote(text, MAX_TEXT);
    boolean cut = quoted.endsWith("...");
    String inner = quoted.substring(1, quoted.length() - (cut ? 4 : 1));
    return cut ? inner + "..." : inner;
  }

  @Override
  public void close() {
    file.stop();
  }
}
