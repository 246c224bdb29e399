package io.relaykv.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.relaykv.protocol.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads exactly one JSON value (RFC 8259) and refuses whatever readers could understand in
 * different ways: two members of one name, lone surrogates, malformed UTF-8, a byte order mark, and
 * every extension of the grammar.
 *
 * <p>Depth counts the arrays and objects around a place, the innermost included: a scalar has depth
 * 0, {@code []} has 1, {@code [[]]} has 2; the limit is {@value Limits#MAX_JSON_DEPTH}.
 */
public final class StrictJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Limits.MAX_VALUE_BYTES)
                  .maxNameLength(Limits.MAX_VALUE_BYTES)
                  .maxStringLength(Limits.MAX_VALUE_BYTES)
                  .maxNestingDepth(Limits.MAX_JSON_DEPTH + 1) // one deeper is for us to refuse
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Both keep names in tables shared by all parsers: clients could fill them.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private StrictJson() {}

  /**
   * Reads a value from its UTF-8.
   *
   * @param visitor told of all that comes before an error, too
   * @throws InvalidJsonException if {@code utf8} is anything but one JSON value and white space, is
   *     nested deeper than {@value Limits#MAX_JSON_DEPTH}, or holds a string, number or name longer
   *     than {@link Limits#MAX_VALUE_BYTES}
   */
  public static void parse(byte[] utf8, JsonVisitor visitor) {
    parse(decode(utf8), visitor);
  }

  /**
   * Reads a value from a text.
   *
   * @param visitor told of all that comes before an error, too
   * @throws InvalidJsonException as {@link #parse(byte[], JsonVisitor)} does
   */
  public static void parse(String json, JsonVisitor visitor) {
    parse(CharBuffer.wrap(json.toCharArray()), visitor);
  }

  /**
   * Takes an object apart. Each of its members may be nested as deep as a value alone may be.
   *
   * @return the text of each member's value by the member's name, in their order; a text is well
   *     formed but for what only {@link #parse} refuses
   * @throws InvalidJsonException if {@code json} is not one object, or as {@link #parse(String,
   *     JsonVisitor)} does
   */
  public static Map<String, String> members(String json) {
    CharBuffer text = CharBuffer.wrap(json.toCharArray());
    JsonErrors errors = new JsonErrors(text);
    try (JsonParser in = FACTORY.createParser(text.array(), 0, text.length())) {
      try {
        Map<String, String> members = visitMembers(in, json, errors);
        checkNothingFollows(in, errors);
        return members;
      } catch (JsonProcessingException e) {
        throw errors.explain(e, in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private static Map<String, String> visitMembers(JsonParser in, String json, JsonErrors errors)
      throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw errors.at(in.currentTokenLocation(), "an object is expected");
    }
    Map<String, String> members = new LinkedHashMap<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = wellFormed(in, errors);
      in.nextToken();
      int from = (int) in.currentTokenLocation().getCharOffset();
      in.skipChildren();
      in.finishToken();
      int to = (int) in.currentLocation().getCharOffset();
      members.put(name, json.substring(from, to));
    }
    return members;
  }

  /** Jackson's own decoding lets overlong forms and surrogates pass, so it gets characters. */
  private static CharBuffer decode(byte[] utf8) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(utf8);
    CharBuffer text = CharBuffer.allocate(utf8.length);
    if (decoder.decode(in, text, true).isError()) {
      throw new InvalidJsonException("invalid JSON: not UTF-8 at byte " + (in.position() + 1));
    }
    return text.flip();
  }

  private static void parse(CharBuffer text, JsonVisitor visitor) {
    if (!text.isEmpty() && text.get(0) == BYTE_ORDER_MARK) {
      throw new InvalidJsonException(
          "invalid JSON at line 1, column 1: a byte order mark is not allowed");
    }
    JsonErrors errors = new JsonErrors(text);
    try (JsonParser in = FACTORY.createParser(text.array(), 0, text.length())) {
      try {
        visitValue(in, visitor, errors);
        checkNothingFollows(in, errors);
      } catch (JsonProcessingException e) {
        throw errors.explain(e, in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private static void visitValue(JsonParser in, JsonVisitor visitor, JsonErrors errors)
      throws IOException {
    int depth = 0;
    do {
      JsonToken token = in.nextToken();
      if (token == null) { // only before the value: a missing end is an exception
        throw errors.at(in.currentLocation(), "there is no value");
      }
      switch (token) {
        case START_OBJECT -> {
          depth = deeper(depth, in, errors);
          visitor.startObject();
        }
        case START_ARRAY -> {
          depth = deeper(depth, in, errors);
          visitor.startArray();
        }
        case END_OBJECT -> {
          depth--;
          visitor.endObject();
        }
        case END_ARRAY -> {
          depth--;
          visitor.endArray();
        }
        case FIELD_NAME -> visitor.member(wellFormed(in, errors));
        case VALUE_STRING -> visitor.string(wellFormed(in, errors));
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> visitor.number(in.getText());
        case VALUE_TRUE -> visitor.bool(true);
        case VALUE_FALSE -> visitor.bool(false);
        case VALUE_NULL -> visitor.nullValue();
        case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
            throw new IllegalStateException("no JSON token: " + token);
      }
    } while (depth > 0);
  }

  private static int deeper(int depth, JsonParser in, JsonErrors errors) {
    if (depth == Limits.MAX_JSON_DEPTH) {
      throw errors.at(in.currentTokenLocation(), JsonErrors.tooDeep());
    }
    return depth + 1;
  }

  private static String wellFormed(JsonParser in, JsonErrors errors) throws IOException {
    String text = in.getText();
    if (JsonStrings.indexOfLoneSurrogate(text) >= 0) {
      throw errors.at(in.currentTokenLocation(), JsonErrors.HALF_SURROGATE_PAIR);
    }
    return text;
  }

  private static void checkNothingFollows(JsonParser in, JsonErrors errors) throws IOException {
    try {
      if (in.nextToken() == null) {
        return;
      }
    } catch (JsonProcessingException e) {
      throw errors.moreText(e, in);
    }
    throw errors.at(in.currentTokenLocation(), JsonErrors.MORE_TEXT);
  }
}
