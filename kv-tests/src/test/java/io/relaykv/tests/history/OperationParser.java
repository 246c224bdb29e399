package io.relaykv.tests.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one line of a history. */
final class OperationParser {
  private @Nullable Integer client;
  private @Nullable String account;
  private @Nullable OpKind op;
  private @Nullable String key;
  private @Nullable String value;
  private @Nullable Long call;
  private @Nullable Long returned;
  private @Nullable Outcome outcome;
  private @Nullable String node;
  private @Nullable Integer attempt;
  private @Nullable String err;

  private OperationParser() {}

  /**
   * Reads an operation.
   *
   * @throws IllegalArgumentException if the line holds none, or anything beside it
   */
  static Operation parse(JsonFactory json, String line) throws IOException {
    try (JsonParser in = json.createParser(line)) {
      in.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
      OperationParser parser = new OperationParser();
      parser.object(in);
      if (in.nextToken() != null) {
        throw new IllegalArgumentException("something follows the operation");
      }
      return parser.operation();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private void object(JsonParser in) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("not a JSON object");
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      member(name, in);
    }
  }

  private void member(String name, JsonParser in) throws IOException {
    switch (name) {
      case "client" -> client = integer(name, in);
      case "account" -> account = string(name, in);
      case "op" -> op = oneOf(OpKind.values(), name, in);
      case "key" -> key = string(name, in);
      case "value" -> value = string(name, in);
      case "call" -> call = number(name, in);
      case "return" -> returned = number(name, in);
      case "outcome" -> outcome = oneOf(Outcome.values(), name, in);
      case "node" -> node = string(name, in);
      case "attempt" -> attempt = integer(name, in);
      case "err" -> err = string(name, in);
      default -> in.skipChildren();
    }
  }

  private Operation operation() {
    return new Operation(
        required("client", client),
        account,
        required("op", op),
        required("key", key),
        value,
        required("call", call),
        required("return", returned),
        required("outcome", outcome),
        node,
        attempt,
        err);
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("\"%s\" is missing".formatted(name));
    }
    return value;
  }

  private static @Nullable String string(String name, JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw new IllegalArgumentException("\"%s\" is not a string".formatted(name));
    }
    return in.getText();
  }

  private static long number(String name, JsonParser in) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw new IllegalArgumentException("\"%s\" is not a whole number".formatted(name));
    }
    return in.getLongValue();
  }

  private static int integer(String name, JsonParser in) throws IOException {
    long number = number(name, in);
    if (number != (int) number) {
      throw new IllegalArgumentException("\"%s\" is too large: %d".formatted(name, number));
    }
    return (int) number;
  }

  private static <T> T oneOf(T[] values, String name, JsonParser in) throws IOException {
    String text = string(name, in);
    return Arrays.stream(values)
        .filter(value -> value.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"%s\" is %s, not one of %s"
                        .formatted(
                            name,
                            text,
                            Arrays.stream(values)
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")))));
  }
}
