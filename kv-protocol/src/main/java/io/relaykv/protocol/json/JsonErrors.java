package io.relaykv.protocol.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.Printable;
import java.nio.CharBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in our own words what is wrong with a JSON text, and where. */
final class JsonErrors {
  static final String HALF_SURROGATE_PAIR = "half a surrogate pair in a string";
  static final String MORE_TEXT = "there is more text after the value";
  private static final int MAX_EXCERPT = 12;

  private record Wording(String theirs, String ours) {}

  /**
   * What tells Jackson's messages apart; the first that fits wins, so those that quote come first.
   */
  private static final List<Wording> WORDINGS =
      List.of(
          new Wording("Unrecognized token", "a JSON value is expected"),
          new Wording("end-of-input", "the text ends before the value does"),
          new Wording("to start field name", "a member name in double quotes is expected"),
          new Wording("expecting a colon", "a colon is expected after a member name"),
          new Wording("expecting comma", "a comma or a closing bracket is expected"),
          new Wording("close marker", "the closing bracket does not match"),
          new Wording("comment", "a comment is not JSON"),
          new Wording("Leading zeroes", "a number has a superfluous leading zero"),
          new Wording("plus sign", "a number begins with a plus sign"),
          new Wording("minus sign", "a digit is expected after a minus sign"),
          new Wording("Decimal point", "a digit is expected after a decimal point"),
          new Wording("xponent", "a digit is expected in an exponent"),
          new Wording("unquoted character", "a control character in a string is not escaped"),
          new Wording("surrogate", HALF_SURROGATE_PAIR),
          new Wording("escape", "an escape in a string does not exist"),
          new Wording("root-level", MORE_TEXT),
          new Wording("", "a JSON value is expected"));

  private final CharBuffer text;

  JsonErrors(CharBuffer text) {
    this.text = text;
  }

  InvalidJsonException explain(JsonProcessingException e, JsonParser in) {
    return at(location(e, in), problem(e, in));
  }

  InvalidJsonException moreText(JsonProcessingException e, JsonParser in) {
    return at(location(e, in), MORE_TEXT);
  }

  InvalidJsonException at(JsonLocation location, String problem) {
    return new InvalidJsonException(
        "invalid JSON at line %d, column %d%s: %s"
            .formatted(location.getLineNr(), location.getColumnNr(), near(location), problem));
  }

  private static JsonLocation location(JsonProcessingException e, JsonParser in) {
    JsonLocation location = e.getLocation();
    return location == null ? in.currentLocation() : location;
  }

  static String tooDeep() {
    return "nested deeper than " + Limits.MAX_JSON_DEPTH + " levels";
  }

  private static String problem(JsonProcessingException e, JsonParser in) {
    if (e instanceof StreamConstraintsException
        && e.getOriginalMessage().contains("nesting depth")) {
      return tooDeep();
    }
    if (e instanceof StreamConstraintsException) {
      return "a string, number or name is longer than %d characters"
          .formatted(Limits.MAX_VALUE_BYTES);
    }
    String theirs = e.getOriginalMessage();
    if (theirs.startsWith("Duplicate field")) {
      return "the object has two members named " + quoted(in.getParsingContext().getCurrentName());
    }
    for (Wording wording : WORDINGS) {
      if (theirs.contains(wording.theirs())) {
        return wording.ours();
      }
    }
    throw new AssertionError("the last wording fits everything");
  }

  private static String quoted(@Nullable String name) {
    return name == null ? "the same" : Printable.quote(name);
  }

  private String near(JsonLocation location) {
    int from = (int) location.getCharOffset();
    if (from < 0 || from >= text.length()) {
      return "";
    }
    int to = Math.min(from + MAX_EXCERPT, text.length());
    return " near " + Printable.quote(text.subSequence(from, to).toString(), MAX_EXCERPT);
  }
}
