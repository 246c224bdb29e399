package io.relaykv.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.relaykv.protocol.json.JsonWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes each event as one line with one JSON object:
 *
 * <pre>
 * {"time":"2026-11-29T09:00:00.123Z","level":"INFO","logger":"io.relaykv.server.KvNode","node":"n1",
 *  "message":"..","exception":"java.io.IOException: ..\n\tat .."}
 * </pre>
 *
 * The last member is there only with an exception.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final int USUAL_LENGTH = 256;

  /** With three digits, and so always of one length. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final String nodeId;

  JsonLines(String nodeId) {
    this.nodeId = nodeId;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    JsonWriter json = new JsonWriter(USUAL_LENGTH);
    json.startObject();
    json.member("time");
    json.string(TIME.format(event.getInstant()));
    json.member("level");
    json.string(event.getLevel().toString());
    json.member("logger");
    json.string(event.getLoggerName());
    json.member("node");
    json.string(nodeId);
    json.member("message");
    json.string(String.valueOf(event.getFormattedMessage()));
    IThrowableProxy exception = event.getThrowableProxy();
    if (exception != null) {
      json.member("exception");
      json.string(ThrowableProxyUtil.asString(exception).strip());
    }
    json.endObject();
    return (json + "\n").getBytes(UTF_8);
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
