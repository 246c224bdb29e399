package io.relaykv.tests.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A history on disk: JSON lines in UTF-8, one operation each, in any order.
 *
 * <pre>
 * {"client":3,"op":"put","key":"k7","value":"3-17","call":189123456,"return":190000001,"outcome":"ok"}
 * </pre>
 *
 * <p>The members are those of {@link Operation}; only {@code returned} is called {@code return}.
 * Those that are null are left out, and what else is in a line is not read.
 */
public final class HistoryFile implements Closeable {
  private static final JsonFactory JSON = new JsonFactory();

  private final Writer out;

  private HistoryFile(Writer out) {
    this.out = out;
  }

  /** Begins a new file. */
  static HistoryFile create(Path file) throws IOException {
    return new HistoryFile(Files.newBufferedWriter(file));
  }

  /** Adds a line, which is in the file when this returns: a JVM that is killed loses none. */
  void append(Operation operation) throws IOException {
    out.write(line(operation));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Writes a whole history. */
  public static void write(Path file, List<Operation> operations) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      for (Operation operation : operations) {
        out.write(line(operation));
      }
    }
  }

  /**
   * Reads a whole history.
   *
   * @throws BadHistoryException if it is none
   */
  public static List<Operation> read(Path file) throws IOException {
    List<Operation> operations = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        operations.add(parse(line, file, operations.size() + 1));
      }
    } catch (CharacterCodingException e) {
      throw new BadHistoryException(
          "%s: not UTF-8 after line %d".formatted(file, operations.size()));
    }
    return operations;
  }

  private static Operation parse(String line, Path file, int number) throws IOException {
    try {
      return OperationParser.parse(JSON, line);
    } catch (IllegalArgumentException e) {
      throw new BadHistoryException("%s:%d: %s".formatted(file, number, e.getMessage()));
    }
  }

  private static String line(Operation operation) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("client", operation.client());
      writeIfThere(json, "account", operation.account());
      json.writeStringField("op", operation.op().toString());
      json.writeStringField("key", operation.key());
      writeIfThere(json, "value", operation.value());
      json.writeNumberField("call", operation.call());
      json.writeNumberField("return", operation.returned());
      json.writeStringField("outcome", operation.outcome().toString());
      writeIfThere(json, "node", operation.node());
      if (operation.attempt() != null) {
        json.writeNumberField("attempt", operation.attempt());
      }
      writeIfThere(json, "err", operation.err());
      json.writeEndObject();
    }
    return text.append('\n').toString();
  }

  private static void writeIfThere(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
